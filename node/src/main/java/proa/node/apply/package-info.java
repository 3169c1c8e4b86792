/**
 * C: one configuration for the whole cluster on this node: the thread that runs the members'
 * agreement, the versions on the disk, and what operators ask of it. Start at {@link
 * proa.node.apply.Applying}.
 */
@NullMarked
package proa.node.apply;

import org.jspecify.annotations.NullMarked;
