/**
 * C: datagrams both ways between clients and servers: the {@code udp} mode. What one address and
 * port sends is a session; it has one server and a socket of its own towards it.
 *
 * <p>Start at {@link proa.node.protocol.udp.UdpProtocol}, then {@link
 * proa.node.protocol.udp.UdpSession}.
 */
@NullMarked
package proa.node.protocol.udp;

import org.jspecify.annotations.NullMarked;
