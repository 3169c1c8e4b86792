/**
 * C: the node process as a whole: prepares every part, puts them together, and takes them down
 * without losing a request.
 *
 * <p>Start reading at {@link proa.node.reload.NodeRuntime}.
 */
@NullMarked
package proa.node.reload;

import org.jspecify.annotations.NullMarked;
