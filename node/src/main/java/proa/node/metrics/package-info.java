/**
 * C: what a node has counted, in the text format of Prometheus.
 *
 * <p>Start reading at {@link proa.node.metrics.Family}, the list of everything there is; {@code
 * docs/metrics.md} is held to it by a test.
 */
@NullMarked
package proa.node.metrics;

import org.jspecify.annotations.NullMarked;
