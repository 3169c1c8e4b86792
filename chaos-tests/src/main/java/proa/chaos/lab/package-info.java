/**
 * C: machines, cables and faults on this machine: network namespaces joined by a bridge in a
 * namespace of its own, real processes by pid.
 *
 * <p>Needs root, {@code ip} and {@code nft}. Nothing is left behind, not even when the lab's own
 * process is killed. Start reading at {@link proa.chaos.lab.Lab}.
 */
@NullMarked
package proa.chaos.lab;

import org.jspecify.annotations.NullMarked;
