/**
 * C: how long users notice the death, the hang and the planned end of a balancer, of Proa and of
 * keepalived with HAProxy in turn in one lab.
 *
 * <p>Start at {@link proa.chaos.bench.failover.FailoverBench}; the arithmetic is in {@link
 * proa.chaos.bench.failover.FailoverReport}.
 */
@NullMarked
package proa.chaos.bench.failover;

import org.jspecify.annotations.NullMarked;
