/**
 * R: what is known of a request or connection → a line of an access log.
 *
 * <p>Start reading at {@link proa.node.line.LineFormat}.
 */
@NullMarked
package proa.node.line;

import org.jspecify.annotations.NullMarked;
