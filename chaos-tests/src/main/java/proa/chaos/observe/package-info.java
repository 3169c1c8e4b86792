/**
 * C: independent observers of a floating address: a prober that asks the service every millisecond,
 * and questions by ARP or neighbour discovery that show who owns the address. Neither asks the
 * product about itself. Start reading at {@link proa.chaos.observe.Observer}, the process, and
 * {@link proa.chaos.observe.ProbeLog}, the arithmetic.
 */
@NullMarked
package proa.chaos.observe;

import org.jspecify.annotations.NullMarked;
