/**
 * R: a whole cluster in simulated time, from one seed: the machines that own addresses, the rules
 * that replicate tables, who is in sight, a bad network, faults, clients, and what must hold after
 * every event. The session engine is a library with threads of its own and is not in it. Start at
 * {@link proa.chaos.sim.world.World}.
 */
@NullMarked
package proa.chaos.sim.world;

import org.jspecify.annotations.NullMarked;
