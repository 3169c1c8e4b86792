/**
 * C: bytes both ways between a client and a server: the {@code tcp} mode, and what an HTTP
 * connection becomes after an upgrade.
 *
 * <p>Start at {@link proa.node.protocol.tcp.TcpProtocol}, then {@link
 * proa.node.protocol.tcp.Relay}.
 */
@NullMarked
package proa.node.protocol.tcp;

import org.jspecify.annotations.NullMarked;
