package proa.cluster.agreement;

/**
 * How far a node is.
 *
 * @param number of the version it has taken in last; 0: none
 * @param hash of the configuration in use, which is another one where a node's file was edited
 *     since
 * @param trouble why it could not take in a newer version; empty: nothing is wrong
 */
public record Stand(long number, String hash, String trouble) {}
