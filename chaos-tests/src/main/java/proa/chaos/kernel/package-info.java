/**
 * Carrier (C): what the lab does with the Linux kernel that no command does: a wire that holds
 * frames back, and a thread that stands still.
 *
 * <p>The only package of this module that calls foreign functions. Each of its two commands is a
 * small process of its own, so that its end, whatever it dies of, ends what it does. Start reading
 * at {@link proa.chaos.kernel.WireCommand}.
 */
@NullMarked
package proa.chaos.kernel;

import org.jspecify.annotations.NullMarked;
