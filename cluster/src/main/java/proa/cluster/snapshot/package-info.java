/**
 * C: sessions on the disk: a file that is replaced as a whole or not at all, what writes it now and
 * then, and what brings it back after a stop of all nodes.
 *
 * <p>Start reading at {@link proa.cluster.snapshot.Snapshots}.
 */
@NullMarked
package proa.cluster.snapshot;

import org.jspecify.annotations.NullMarked;
