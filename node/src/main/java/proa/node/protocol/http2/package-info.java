/**
 * C: HTTP/2 with clients: frames ↔ message heads, many requests on one connection, each with a
 * server's side of its own.
 *
 * <p>Start at {@link proa.node.protocol.http2.NegotiatedHttp}, then {@link
 * proa.node.protocol.http2.Http2ClientConnection}. What a frame may look like, what a flood is and
 * what a request may contain are rules of {@code proa.node.http2}.
 */
@NullMarked
package proa.node.protocol.http2;

import org.jspecify.annotations.NullMarked;
