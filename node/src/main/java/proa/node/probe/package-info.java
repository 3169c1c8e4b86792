/**
 * C: carries out the probes that {@code node.health} asks for, one virtual thread for each server.
 *
 * <p>Start reading at {@link proa.node.probe.Probes}.
 */
@NullMarked
package proa.node.probe;

import org.jspecify.annotations.NullMarked;
