package proa.node.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Commands of one connection, run in order by one virtual thread at a time. The event loop adds;
 * the thread takes, writes replies and leaves when there is nothing more. A client that does not
 * read its replies makes the thread wait; one that sends too much is not read from.
 */
final class CommandQueue {

    /** Commands waiting; beyond it the connection is not read from. */
    static final int COMMANDS_MAX = 256;

    /** Bytes of memory of waiting commands; beyond it the connection is not read from. */
    static final long BYTES_MAX = 1 << 20;

    /** What a word takes besides its bytes, also an empty one. */
    private static final int WORD_BYTES = 32;

    /** Replies are written together up to this many bytes. */
    static final int BATCH_BYTES = 32 << 10;

    private final Client client;
    private final Commands commands;
    private final Executor threads;
    private final Consumer<ChannelHandlerContext> written;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // all guarded by the lock
    private final Deque<Item> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean running;
    private boolean paused;
    private boolean writable = true;
    private boolean abandoned;

    /** A command to run, or the last thing to say. */
    private sealed interface Item {
        record Run(List<byte[]> words, long bytes) implements Item {}

        record Refuse(String why) implements Item {}

        record Leave() implements Item {}
    }

    /**
     * @param threads where commands run, not on the event loop
     * @param written told on the event loop when the last reply is
     */
    CommandQueue(
            Client client,
            Commands commands,
            Executor threads,
            Consumer<ChannelHandlerContext> written) {
        this.client = client;
        this.commands = commands;
        this.threads = threads;
        this.written = written;
    }

    /** Runs this command after those before it. Event loop. */
    void add(ChannelHandlerContext context, List<byte[]> words) {
        long bytes = words.stream().mapToLong(word -> WORD_BYTES + word.length).sum();
        put(context, new Item.Run(words, bytes), bytes);
    }

    /** Says that the stream is broken, after the replies before it, and closes. Event loop. */
    void refuse(ChannelHandlerContext context, String why) {
        put(context, new Item.Refuse(why), 0);
    }

    /** Closes after the replies to what has arrived. Event loop. */
    void drain(ChannelHandlerContext context) {
        put(context, new Item.Leave(), 0);
    }

    private void put(ChannelHandlerContext context, Item item, long bytes) {
        boolean start;
        lock.lock();
        try {
            if (abandoned) {
                return;
            }
            waiting.add(item);
            waitingBytes += bytes;
            start = !running;
            running = true;
            if (!paused && (waiting.size() >= COMMANDS_MAX || waitingBytes >= BYTES_MAX)) {
                paused = true;
                context.channel().config().setAutoRead(false);
            }
        } finally {
            lock.unlock();
        }
        if (start) {
            threads.execute(() -> work(context));
        }
    }

    /** Whether nothing waits and nothing runs. */
    boolean isIdle() {
        lock.lock();
        try {
            return !running;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing runs and a reply given now would be in its place. Event loop. */
    boolean isVacant() {
        lock.lock();
        try {
            return !running && !abandoned;
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone; what waits is dropped. Event loop. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the client takes more replies. Event loop. */
    void writable(boolean now) {
        lock.lock();
        try {
            writable = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void work(ChannelHandlerContext context) {
        ByteBuf replies = context.alloc().buffer();
        boolean last = false;
        boolean whole = false;
        try {
            for (Item item = next(); item != null && !last; item = last ? null : next()) {
                last = answer(item, replies);
                if (!last && (replies.readableBytes() >= BATCH_BYTES || nothingWaits())) {
                    context.writeAndFlush(replies);
                    replies = context.alloc().buffer();
                    awaitWritable(context);
                }
                resume(context);
            }
            whole = true;
        } finally {
            if (last) {
                leave();
                context.writeAndFlush(replies).addListener(_ -> written.accept(context));
            } else {
                replies.release();
                if (!whole) {
                    // Nobody would answer what waits, nor notice that this connection is idle.
                    leave();
                    context.close();
                }
            }
        }
    }

    /** Appends the reply; true when it is the last. */
    private boolean answer(Item item, ByteBuf replies) {
        return switch (item) {
            case Item.Run(List<byte[]> words, _) -> {
                Reply reply = commands.run(client, words);
                ReplyWriter.write(replies, reply, client.version());
                yield client.leaving();
            }
            case Item.Refuse(String why) -> {
                Reply reply = Reply.error("Protocol error: " + why);
                ReplyWriter.write(replies, reply, client.version());
                yield true;
            }
            case Item.Leave _ -> true;
        };
    }

    private @Nullable Item next() {
        lock.lock();
        try {
            Item item = abandoned ? null : waiting.poll();
            if (item == null) {
                running = false;
            } else if (item instanceof Item.Run run) {
                waitingBytes -= run.bytes;
            }
            return item;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing runs behind the last reply; whether the client takes that is its own time. */
    private void leave() {
        lock.lock();
        try {
            abandoned = true;
            running = false;
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    private boolean nothingWaits() {
        lock.lock();
        try {
            return waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void resume(ChannelHandlerContext context) {
        lock.lock();
        try {
            boolean few = waiting.size() <= COMMANDS_MAX / 2 && waitingBytes <= BYTES_MAX / 2;
            if (!paused || !few) {
                return;
            }
            paused = false;
        } finally {
            lock.unlock();
        }
        context.executor().execute(() -> readAgain(context));
    }

    private void readAgain(ChannelHandlerContext context) {
        lock.lock();
        try {
            context.channel().config().setAutoRead(!paused);
        } finally {
            lock.unlock();
        }
    }

    /** The channel knows at once what the event loop says when it comes to it. */
    private void awaitWritable(ChannelHandlerContext context) {
        lock.lock();
        try {
            while (!(writable && context.channel().isWritable()) && !abandoned) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
