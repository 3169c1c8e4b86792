/**
 * C: the text commands of HAProxy's stats socket, for programs that speak them.
 *
 * <p>Start reading at {@link proa.node.haproxy.Commands}; what they show comes from outside as
 * {@link proa.node.haproxy.Figures}. Source: HAProxy 2.6, management.txt §9.1 and §9.3.
 */
@NullMarked
package proa.node.haproxy;

import org.jspecify.annotations.NullMarked;
