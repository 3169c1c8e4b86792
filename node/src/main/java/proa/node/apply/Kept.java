package proa.node.apply;

import proa.cluster.agreement.Version;

/**
 * A version on this node's disk.
 *
 * @param fileDigest of the node's own file when the version came: as long as it is the same, the
 *     version counts and not the file
 */
public record Kept(Version version, String fileDigest) {}
