/**
 * R: what node and vipd of one host tell each other over {@code vipd.sock}, as records and bytes.
 *
 * <p>vipd listens, the node connects. Heartbeat and readiness go one way, ownership the other.
 * Start reading at {@link proa.config.link.LinkMessage}.
 */
@NullMarked
package proa.config.link;

import org.jspecify.annotations.NullMarked;
