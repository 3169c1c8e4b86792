package proa.node.notify;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.NotifyConfig;
import proa.config.NotifyConfig.Target;
import proa.node.admin.Answer;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One program or webhook: what waits for it, and the thread that tells it. */
final class Hook {

    private static final Logger LOG = LoggerFactory.getLogger(Hook.class);

    /** Beyond, what comes is dropped and counted: a pager that is gone must not fill the memory. */
    static final int WAITING_MAX = 256;

    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** How soon it is noticed that no more comes. */
    private static final Duration LOOK = Duration.ofMillis(200);

    static final Map<String, Object> NOTHING = status(0, 0, 0, 0, "");

    private final String name;
    private final BlockingQueue<Word> waiting = new LinkedBlockingQueue<>(WAITING_MAX);
    private final AtomicLong told = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Drops dropped = new Drops();
    private final Thread thread;
    private volatile String lastFailure = "";
    private volatile boolean ending;

    /**
     * Something to tell.
     *
     * @param config whom and how, as of when it happened
     */
    record Word(NotifyConfig config, String kind, String subject, String json) {}

    static Hook start(String name) {
        Hook hook = new Hook(name);
        hook.thread.start();
        return hook;
    }

    private Hook(String name) {
        this.name = name;
        thread = Thread.ofVirtual().name("notify-" + name).unstarted(this::run);
    }

    void tell(Word word) {
        if (waiting.offer(word)) {
            return;
        }
        long fresh = dropped.add(System.nanoTime());
        if (fresh > 0) {
            LOG.warn(
                    "notify.{}: {} events wait, {} dropped since the last time",
                    name,
                    WAITING_MAX,
                    fresh);
        }
    }

    private void run() {
        try {
            while (!ending || !waiting.isEmpty()) {
                Word next = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    deliver(next);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Word word) throws InterruptedException {
        Duration pause = Duration.ofSeconds(1);
        for (int attempt = 0; ; attempt++) {
            String failure = attempt(word);
            if (failure.isEmpty()) {
                told.incrementAndGet();
                lastFailure = "";
                return;
            }
            if (!failure.equals(lastFailure)) {
                LOG.warn("notify.{}: {}", name, failure);
                lastFailure = failure;
            }
            if (attempt >= word.config().retries() || ending) {
                failed.incrementAndGet();
                return;
            }
            Thread.sleep(pause);
            pause =
                    pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0
                            ? pause.multipliedBy(2)
                            : PAUSE_MAX;
        }
    }

    private static String attempt(Word word) throws InterruptedException {
        Duration timeout = word.config().timeout();
        return switch (word.config().target()) {
            case Target.Program(var file) -> Programs.tell(file, word, timeout);
            case Target.Webhook(var url, var token) -> Webhooks.tell(url, token, word, timeout);
        };
    }

    Hooks.Figures figures() {
        return new Hooks.Figures(name, told.get(), failed.get(), dropped.count());
    }

    Map<String, Object> status() {
        return status(told.get(), failed.get(), dropped.count(), waiting.size(), lastFailure);
    }

    private static Map<String, Object> status(
            long told, long failed, long dropped, int waiting, String lastFailure) {
        return Answer.ordered(
                "told", told,
                "failed", failed,
                "dropped", dropped,
                "waiting", waiting,
                "lastFailure", lastFailure);
    }

    /** It is not configured any more: what waits is forgotten. */
    void stop() {
        thread.interrupt();
    }

    /** No more comes. */
    void end() {
        ending = true;
    }

    /** Until what waits has been told, for a moment. */
    void await() {
        try {
            thread.join(LAST_WORDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
