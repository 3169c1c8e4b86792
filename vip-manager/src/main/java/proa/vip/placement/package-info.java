/**
 * R: what is tracked beside link and gateway, and how much it takes off a node's priority, damped
 * so that nothing moves to and fro.
 *
 * <p>Start reading at {@link proa.vip.placement.Tracks}.
 */
@NullMarked
package proa.vip.placement;

import org.jspecify.annotations.NullMarked;
