/**
 * C: {@code proa drill}: commits faults on a trio under load and says which invariants held. Start
 * reading at {@link proa.chaos.drill.Drill}, the steps of one, and {@link
 * proa.chaos.drill.Carrier}, where a fault comes about and ends; what follows from what was seen is
 * in {@code proa.chaos.drill.facts}.
 */
@NullMarked
package proa.chaos.drill;

import org.jspecify.annotations.NullMarked;
