/**
 * C: event loops, and listeners that accept client connections on them: limits, who may connect,
 * draining.
 *
 * <p>Start at {@link proa.node.listener.Listeners}. What is spoken on an accepted connection comes
 * from outside as a {@link proa.node.listener.Protocol}.
 */
@NullMarked
package proa.node.listener;

import org.jspecify.annotations.NullMarked;
