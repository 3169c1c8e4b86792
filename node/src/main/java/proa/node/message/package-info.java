/**
 * R: request and response heads as views over indexed bytes: strict reading, and writing with small
 * edits.
 *
 * <p>Reads the message syntax of RFC 9112 and refuses whatever two readers could take in two ways.
 * Start at {@link proa.node.message.RequestHead}, then {@link proa.node.message.FieldLines}, which
 * does the work.
 */
@NullMarked
package proa.node.message;

import org.jspecify.annotations.NullMarked;
