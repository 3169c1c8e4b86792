package proa.node.admin;

import java.time.Duration;

/** Does something after a while, unless it is called off before. Safe from any thread. */
@FunctionalInterface
interface Alarm {

    /** By a virtual thread that sleeps. */
    Alarm REAL =
            (time, action) -> {
                Thread sleeper =
                        Thread.ofVirtual()
                                .name("admin-watch")
                                .start(
                                        () -> {
                                            try {
                                                Thread.sleep(time);
                                                action.run();
                                            } catch (InterruptedException _) {
                                                Thread.currentThread().interrupt(); // called off
                                            }
                                        });
                return sleeper::interrupt;
            };

    /**
     * Sets it.
     *
     * @return calls it off; does nothing when it is too late
     */
    Runnable after(Duration time, Runnable action);
}
