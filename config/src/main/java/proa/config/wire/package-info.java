/**
 * R: the envelope of every protocol of ours: magic, version, minimum reader, type, length, then
 * tagged fields.
 *
 * <p>A reader skips fields it does not know and refuses a frame whose minimum reader is above its
 * own version, so that version N talks to N−1 during a rolling upgrade. Start reading at {@link
 * proa.config.wire.FrameWriter}.
 */
@NullMarked
package proa.config.wire;

import org.jspecify.annotations.NullMarked;
