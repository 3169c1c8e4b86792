/**
 * C: connections to servers: opening them by hand, and keeping idle ones per event loop and server.
 *
 * <p>Start at {@link proa.node.upstream.IdleConnections}.
 */
@NullMarked
package proa.node.upstream;

import org.jspecify.annotations.NullMarked;
