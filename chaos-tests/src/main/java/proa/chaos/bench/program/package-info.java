/**
 * C: the programs that the bench compares, their configurations, and what they use of the machine.
 *
 * <p>Start at {@link proa.chaos.bench.program.Programs}.
 */
@NullMarked
package proa.chaos.bench.program;

import org.jspecify.annotations.NullMarked;
