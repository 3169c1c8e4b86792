/**
 * R: what to send to whom: batches of changes, what is missing, pages of everything.
 *
 * <p>Start at {@link proa.cluster.replication.Replicator}. It knows neither sockets nor clocks nor
 * locks: messages and time come in, messages come out, tables are behind {@link
 * proa.cluster.replication.Store}.
 */
@NullMarked
package proa.cluster.replication;

import org.jspecify.annotations.NullMarked;
