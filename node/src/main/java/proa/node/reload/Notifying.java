package proa.node.reload;

import proa.node.admin.Events;
import proa.node.admin.Events.Kind;
import proa.node.notify.Hooks;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Has events told to whom the configuration lists, and makes the one of readiness. */
final class Notifying implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(250);

    private final Events events;
    private final String node;
    private final Supplier<List<String>> lacking;
    private final Hooks hooks;
    private final Thread watching;

    /** Begins; the node is taken for not ready until it is seen to be. */
    static Notifying start(
            Setup setup, Generations generations, Readiness readiness, Observing observing) {
        Hooks hooks =
                new Hooks(
                        setup.config().cluster().name(),
                        setup.node(),
                        () -> generations.current().config().hooks());
        observing.tells(hooks);
        Notifying notifying =
                new Notifying(observing.events(), setup.node(), readiness::lacking, hooks);
        notifying.watching.start();
        return notifying;
    }

    private Notifying(Events events, String node, Supplier<List<String>> lacking, Hooks hooks) {
        this.events = events;
        this.node = node;
        this.lacking = lacking;
        this.hooks = hooks;
        watching = Thread.ofVirtual().name("readiness").unstarted(this::watch);
    }

    Hooks hooks() {
        return hooks;
    }

    private void watch() {
        boolean ready = false;
        try {
            while (true) {
                List<String> lacks = lacking.get();
                if (lacks.isEmpty() != ready) {
                    ready = lacks.isEmpty();
                    String words = ready ? "ready" : "not ready: " + String.join("; ", lacks);
                    events.add(Kind.READY, node, words);
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the node ends
        }
    }

    @Override
    public void close() {
        watching.interrupt();
        hooks.close();
    }
}
