package proa.node.exchange;

/**
 * What secures the connections to a server. Rules carry it from the configuration to those who
 * connect, and know nothing of it.
 */
public interface Security {}
