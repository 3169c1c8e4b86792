package proa.config.drill;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a drill may cost on a machine that has nothing else to do.
 *
 * @param gap without an answer from the floating address
 * @param overlap with two owners
 * @param writeWait that a session write through a living balancer waits; empty: not judged
 * @param failedRequests that clients may see fail; empty: as many as are in flight at the faults
 * @param connectionEnd in which a long proxied connection ends after its balancer is gone
 * @param ownerChanges whether the address has to move, has to stay, or may do either
 */
public record Budget(
        Duration gap,
        Duration overlap,
        Optional<Duration> writeWait,
        OptionalLong failedRequests,
        Duration connectionEnd,
        OwnerChanges ownerChanges) {

    /** What is expected of the address. */
    public enum OwnerChanges {
        YES,
        NO,
        ANY
    }
}
