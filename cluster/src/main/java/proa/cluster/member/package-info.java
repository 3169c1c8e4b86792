/**
 * C: this node's running membership: guarded tables, the replicator thread, view events. Start at
 * {@link proa.cluster.member.Member}.
 */
@NullMarked
package proa.cluster.member;

import org.jspecify.annotations.NullMarked;
