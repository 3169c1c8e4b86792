package proa.cluster.transport;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.View;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.membership.Echoes;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Suspects members that do not hear this node, as {@link Echoes} finds them. Beats overtake
 * everything else and are not repeated when they are lost. Safe from any thread.
 */
final class Beats implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Beats.class);

    /** {@code PROE}. */
    private static final int MAGIC = 0x50524f45;

    private static final int VERSION = 1;
    private static final int BEAT = 1;
    private static final int INCARNATION = 1;
    private static final int NUMBER = 2;
    private static final int HEARD = 3;

    /** Of seven members there are six others; no cluster is that large. */
    private static final int HEARD_MAX = 16;

    private static final int HEARD_BYTES = 1 + 2 * Long.BYTES;
    private static final int BODY_BYTES_MAX = 1_024;

    private final JChannel channel;
    private final int self;
    private final Duration interval;
    private final Echoes echoes; // guarded by itself
    private boolean failed; // of the timer's thread
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("members-beat").factory());

    Beats(JChannel channel, int self, long incarnation, Pace pace) {
        this.channel = channel;
        this.interval = pace.heartbeat();
        this.self = self;
        this.echoes = new Echoes(self, incarnation, pace.silence().toNanos(), interval.toNanos());
    }

    /** Begins; the channel is connected. */
    void start() {
        timer.scheduleWithFixedDelay(
                this::beatAnyway, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Takes a beat in; whether the bytes were one. */
    boolean received(int from, byte[] bytes) {
        if (bytes.length < Integer.BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
            return false;
        }
        Echoes.Beat beat = decode(bytes);
        if (beat != null) {
            synchronized (echoes) {
                echoes.heard(from, beat);
            }
        }
        return true;
    }

    /** What fails ends a schedule, and a node that beats no more goes out of the others' view. */
    private void beatAnyway() {
        try {
            beat();
        } catch (RuntimeException | Error e) {
            if (!failed) {
                LOG.error("beating failed; going on, told once", e);
            }
            failed = true;
        }
    }

    private void beat() {
        View view = channel.getView();
        if (view == null) {
            return;
        }
        Set<Integer> others = new HashSet<>();
        view.forEach(member -> others.add(Group.id(member)));
        others.remove(self);
        long now = System.nanoTime();
        byte[] bytes;
        Set<Integer> deaf;
        synchronized (echoes) {
            echoes.members(others);
            bytes = encode(echoes.next(now));
            deaf = echoes.deaf(now);
        }
        if (!others.isEmpty()) {
            send(bytes);
        }
        deaf.forEach(node -> suspect(view, node));
    }

    private void send(byte[] bytes) {
        try {
            channel.send(
                    new BytesMessage(null, bytes)
                            .setFlag(
                                    Message.Flag.OOB,
                                    Message.Flag.NO_FC,
                                    Message.Flag.NO_RELIABILITY));
        } catch (Exception e) { // whatever the group throws; the next one is due soon
            LOG.debug("sending a beat", e);
        }
    }

    private void suspect(View view, int node) {
        Address member = Group.latest(view, node);
        VerifySuspect verify = channel.getProtocolStack().findProtocol(VerifySuspect.class);
        if (member != null && verify != null) {
            LOG.warn("{} has not heard this node for a while, though it may speak", member);
            verify.up(new Event(Event.SUSPECT, List.of(member)));
        }
    }

    private static byte[] encode(Echoes.Beat beat) {
        FrameWriter frame =
                new FrameWriter(MAGIC, VERSION, VERSION, BEAT)
                        .number(INCARNATION, beat.incarnation())
                        .number(NUMBER, beat.number());
        beat.heard()
                .forEach(
                        (node, heard) ->
                                frame.bytes(
                                        HEARD,
                                        ByteBuffer.allocate(HEARD_BYTES)
                                                .put((byte) (int) node)
                                                .putLong(heard.incarnation())
                                                .putLong(heard.number())
                                                .array()));
        return frame.toBytes();
    }

    private static Echoes.@Nullable Beat decode(byte[] bytes) {
        FrameReader reader = new FrameReader(MAGIC, VERSION, BODY_BYTES_MAX);
        reader.feed(ByteBuffer.wrap(bytes));
        if (!(reader.next() instanceof FrameReader.Result.Whole(FrameReader.Frame frame))
                || frame.type() != BEAT) {
            return null;
        }
        Map<Integer, Echoes.Heard> heard = new HashMap<>();
        for (byte[] each : frame.all(HEARD)) {
            if (each.length == HEARD_BYTES && heard.size() < HEARD_MAX) {
                ByteBuffer from = ByteBuffer.wrap(each);
                heard.put(from.get() & 0xff, new Echoes.Heard(from.getLong(), from.getLong()));
            }
        }
        return new Echoes.Beat(frame.number(INCARNATION, 0), frame.number(NUMBER, 0), heard);
    }
}
