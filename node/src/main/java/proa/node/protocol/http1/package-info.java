/**
 * C: HTTP/1.1 between clients and servers: bytes ↔ message heads, bodies passed on as they are.
 *
 * <p>Start at {@link proa.node.protocol.http1.HttpProtocol}, then {@link
 * proa.node.protocol.http1.HttpClientConnection}, which carries out what {@link
 * proa.node.exchange.Exchange} decides.
 */
@NullMarked
package proa.node.protocol.http1;

import org.jspecify.annotations.NullMarked;
