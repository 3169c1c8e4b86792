/**
 * R: drills as an operator describes them: faults, how long each stays, and what they may cost.
 *
 * <p>Start reading at {@link proa.config.drill.DrillPlan}. The text form is read by {@code
 * proa.config.text.DrillReader}; who commits the faults is no business of this package.
 */
@NullMarked
package proa.config.drill;

import org.jspecify.annotations.NullMarked;
