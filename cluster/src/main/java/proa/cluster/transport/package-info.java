/**
 * C: the group of members over JGroups, TCP with mutual TLS; the only importer of JGroups. Start at
 * {@link proa.cluster.transport.Group}.
 */
@NullMarked
package proa.cluster.transport;

import org.jspecify.annotations.NullMarked;
