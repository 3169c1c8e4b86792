/**
 * C: what TCP costs on each way through a balancer, and which connections outlive its owner:
 * direct, HAProxy, and every {@code forwarding} of Proa in turn in one lab.
 *
 * <p>Start at {@link proa.chaos.bench.l4.L4Bench}; the arithmetic is in {@link
 * proa.chaos.bench.l4.L4Report}.
 */
@NullMarked
package proa.chaos.bench.l4;

import org.jspecify.annotations.NullMarked;
