package proa.cluster.replication;

/**
 * That a member has found a server down: a reason for others to look for themselves, and nothing
 * else. It changes no state.
 *
 * @param backend its name in the file
 * @param server its name in that backend
 */
public record ServerHint(String backend, String server) {}
