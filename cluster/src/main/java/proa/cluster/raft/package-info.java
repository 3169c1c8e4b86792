/**
 * R: agreement by Raft on one log of changes, and the sessions that such a log makes. Start at
 * {@link proa.cluster.raft.Raft} for the agreement and at {@link proa.cluster.raft.SessionMachine}
 * for the sessions.
 */
@NullMarked
package proa.cluster.raft;

import org.jspecify.annotations.NullMarked;
