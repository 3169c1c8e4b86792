/**
 * R: what a probe says to a server and what it makes of the answer, protocol by protocol, over
 * bytes that somebody else carries.
 *
 * <p>Start reading at {@link proa.node.health.dialogue.Dialogue}; {@link
 * proa.node.health.dialogue.Dialogues} chooses.
 */
@NullMarked
package proa.node.health.dialogue;

import org.jspecify.annotations.NullMarked;
