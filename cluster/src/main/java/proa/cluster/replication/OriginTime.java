package proa.cluster.replication;

import proa.cluster.tables.Origin;

/**
 * What time it was at an origin when a message was made.
 *
 * @param origin whose clock
 * @param nowNanos its monotonic time, exact if the origin made the message, else as its maker saw
 *     it
 */
record OriginTime(Origin origin, long nowNanos) {}
