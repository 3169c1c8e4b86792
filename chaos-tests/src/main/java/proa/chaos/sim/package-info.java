/**
 * C: {@code proa sim}: many simulated worlds on all cores, and what came of them. Start at {@link
 * proa.chaos.sim.SimCommand}; the worlds themselves are in {@link proa.chaos.sim.world}.
 */
@NullMarked
package proa.chaos.sim;

import org.jspecify.annotations.NullMarked;
