package proa.cluster.raft;

/**
 * One entry of the log.
 *
 * @param index its place, from 1
 * @param term the term of the leader that appended it, from 1
 * @param command what is to be done; empty: nothing, the first entry of a leader
 */
public record RaftEntry(long index, long term, byte[] command) {}
