/**
 * C: the only importer of Hazelcast, and the tunnels its members speak through. It carries {@link
 * proa.cluster.sessions.SessionChange changes} to the key's owner, repeats them while the cluster
 * settles, and decides nothing about their meaning. Start at {@link
 * proa.cluster.engine.HazelcastSessions}.
 */
@NullMarked
package proa.cluster.engine;

import org.jspecify.annotations.NullMarked;
