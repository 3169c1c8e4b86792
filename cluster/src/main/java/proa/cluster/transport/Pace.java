package proa.cluster.transport;

import proa.config.Timing;

import java.time.Duration;

/**
 * How fast the group notices. Measured on two shared cores with LAB: a killed member is out of the
 * view in about 0.2 s, a frozen one in about 1.2 s.
 *
 * @param silence a member that was silent for this long is suspected
 * @param heartbeat interval of heartbeats
 * @param verify how long a suspect has to answer, unless its machine says that the process is gone
 * @param mergeMin shortest interval of looking for separated members
 * @param mergeMax longest
 * @param join how long a starting member looks for others before it begins alone
 */
record Pace(
        Duration silence,
        Duration heartbeat,
        Duration verify,
        Duration mergeMin,
        Duration mergeMax,
        Duration join) {

    static Pace of(Timing timing) {
        return switch (timing) {
            case LAB -> pace(1_000, 200, 300, 500, 1_500, 2_000);
            case LAN -> pace(2_000, 400, 400, 1_000, 3_000, 2_000);
            // Snapshots stop guests for seconds; a member out of the view costs a merge, no data.
            case VM -> pace(8_000, 1_000, 1_000, 2_000, 6_000, 3_000);
        };
    }

    private static Pace pace(
            long silence, long heartbeat, long verify, long mergeMin, long mergeMax, long join) {
        return new Pace(
                Duration.ofMillis(silence),
                Duration.ofMillis(heartbeat),
                Duration.ofMillis(verify),
                Duration.ofMillis(mergeMin),
                Duration.ofMillis(mergeMax),
                Duration.ofMillis(join));
    }
}
