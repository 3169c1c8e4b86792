/**
 * C: the dashboard and the HTTP API of a running node, for users who have logged in.
 *
 * <p>Start reading at {@link proa.node.console.Console}.
 */
@NullMarked
package proa.node.console;

import org.jspecify.annotations.NullMarked;
