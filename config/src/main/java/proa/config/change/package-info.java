/**
 * R: the running configuration and the one that is to follow it → what differs, and what of it
 * cannot follow without a restart.
 *
 * <p>Start reading at {@link proa.config.change.Changes}.
 */
@NullMarked
package proa.config.change;

import org.jspecify.annotations.NullMarked;
