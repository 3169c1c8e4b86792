/**
 * R: the machine of one traffic group on one node: RFC 9568 §6.4 joined with the rules Proa nodes
 * keep among themselves.
 *
 * <p>Start reading at {@link proa.vip.vrrp.GroupMachine}: its head is the transition table. What
 * comes in is an {@link proa.vip.vrrp.Event}, what goes out a list of {@link proa.vip.vrrp.Action}s
 * in the order they must be carried out.
 */
@NullMarked
package proa.vip.vrrp;

import org.jspecify.annotations.NullMarked;
