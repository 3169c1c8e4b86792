/**
 * C: Proa beside its peers on this machine: the same load, the same headers added, CPU time of the
 * whole process divided by requests.
 *
 * <p>Start at {@link proa.chaos.bench.BenchCommand}.
 */
@NullMarked
package proa.chaos.bench;

import org.jspecify.annotations.NullMarked;
