package proa.chaos.drill;

import java.time.Duration;

/**
 * How much time a run of drills takes.
 *
 * @param patience factor of every budget of time; 1 on a machine that has nothing else to do
 * @param warmUp how long the load runs before anything is judged
 * @param look for so long nothing may be wrong before a cluster is called steady
 * @param looks for so long a cluster may take to become that
 * @param idle how long idle connections may be held before they are called a leak
 * @param brief whether faults are there no longer than their budgets ask for
 */
record Pace(
        double patience,
        Duration warmUp,
        Duration look,
        Duration looks,
        Duration idle,
        boolean brief) {

    /** The code of every balancer is compiled by then, as in a service that has run for a while. */
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private static final Duration LOOK = Duration.ofSeconds(2);

    private static final Duration LOOKS = Duration.ofMinutes(1);

    /** What is held for longer is no longer only idle. */
    private static final Duration IDLE = Duration.ofSeconds(75);

    /** That of reports; {@code brief} is for a first look. */
    static Pace of(double patience, boolean brief) {
        return new Pace(patience, WARM_UP, LOOK, LOOKS, IDLE, brief);
    }
}
