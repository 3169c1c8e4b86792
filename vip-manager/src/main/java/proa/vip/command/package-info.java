/**
 * C: the commands by which operators tell vipd what they want: {@code proa move}, {@code proa
 * drain}, {@code proa ready}; and {@code proa capture}, which asks the kernel itself.
 *
 * <p>Start reading at {@link proa.vip.command.VipdSocket}.
 */
@NullMarked
package proa.vip.command;

import org.jspecify.annotations.NullMarked;
