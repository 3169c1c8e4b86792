package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.member.Post;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells the other members of this one's engine, after each change and each view, and now and then
 * in case a word was lost; and passes on what they tell. A thread of its own looks.
 */
final class EngineWords implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineWords.class);

    private static final long LOOK_MILLIS = 100;
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Post post;
    private final String self;
    private final Supplier<EngineWord> own;
    private final Runnable look;
    private final Semaphore seen = new Semaphore(0);
    private final Thread thread;
    private volatile List<String> inSight = List.of();

    private EngineWords(Post post, String self, Supplier<EngineWord> own, Runnable look) {
        this.post = post;
        this.self = self;
        this.own = own;
        this.look = look;
        thread = Thread.ofPlatform().name("session-words").daemon().unstarted(this::run);
    }

    /**
     * Begins to listen and to tell.
     *
     * @param parted learns what the others tell and who is in sight
     * @param own what there is to tell
     * @param look is done about ten times a second
     */
    static EngineWords exchange(
            Member member, String self, Parted parted, Supplier<EngineWord> own, Runnable look) {
        EngineWords words = new EngineWords(member.post(), self, own, look);
        member.post()
                .listen(
                        EngineWord.MAGIC,
                        (node, bytes) -> {
                            EngineWord word = EngineWord.decode(bytes);
                            if (word != null && parted.said(node, word)) {
                                words.seen.release(); // it has to learn of this one, too
                            }
                        });
        Consumer<Member.View> view =
                now -> {
                    parted.inSight(now.members());
                    words.inSight = now.members();
                    words.seen.release();
                };
        member.onView(view);
        words.thread.start();
        return words;
    }

    private void run() {
        try {
            EngineWord told = null;
            long toldNanos = 0;
            while (true) {
                boolean news = seen.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                seen.drainPermits();
                look.run();
                EngineWord word = own.get();
                long now = System.nanoTime();
                if (news || !word.equals(told) || now - toldNanos > AGAIN_NANOS) {
                    told = word;
                    toldNanos = now;
                    tell(word);
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void tell(EngineWord word) {
        for (String node : inSight) {
            if (!node.equals(self)) {
                try {
                    post.send(node, word.encode());
                } catch (RuntimeException e) {
                    LOG.debug("sessions: not told", e); // told again
                }
            }
        }
    }

    /** Tells once more, within a limit: what there is to tell of a member that leaves. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            Thread.ofVirtual().start(() -> tell(own.get())).join(Duration.ofMillis(LOOK_MILLIS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
