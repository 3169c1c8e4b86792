/**
 * R: chooses a server: what sticks first, then the algorithm, and never one that is down or has
 * been tried already.
 *
 * <p>Shared by all event loops without locks: every choice is one atomic step on a sequence that
 * was computed when a server last changed. Who finds every server full waits in line ({@link
 * proa.node.balance.Admission}). Start reading at {@link proa.node.balance.Pool}.
 */
@NullMarked
package proa.node.balance;

import org.jspecify.annotations.NullMarked;
