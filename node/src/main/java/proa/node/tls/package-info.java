/**
 * C: TLS with clients and with servers: contexts made from files, handshakes and their limits,
 * session tickets, certificates that change while connections stay.
 *
 * <p>Start at {@link proa.node.tls.TlsProtocol} for clients, at {@link
 * proa.node.tls.ServerSecurity} for servers.
 */
@NullMarked
package proa.node.tls;

import org.jspecify.annotations.NullMarked;
