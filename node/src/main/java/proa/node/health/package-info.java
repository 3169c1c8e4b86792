/**
 * R: from single probes to the verdict on a server: rise, fall, when to probe next.
 *
 * <p>Start reading at {@link proa.node.health.CheckMachine}.
 */
@NullMarked
package proa.node.health;

import org.jspecify.annotations.NullMarked;
