/**
 * C: small real servers for the load balancer to balance: HTTP/1.1 and TCP echo, each saying its
 * name. Start reading at {@link proa.chaos.server.TestServer}.
 */
@NullMarked
package proa.chaos.server;

import org.jspecify.annotations.NullMarked;
