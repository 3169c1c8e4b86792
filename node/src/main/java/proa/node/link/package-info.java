/**
 * C: the node's end of {@code vipd.sock}: heartbeat and readiness one way, ownership the other.
 *
 * <p>Start reading at {@link proa.node.link.VipdLink}.
 */
@NullMarked
package proa.node.link;

import org.jspecify.annotations.NullMarked;
