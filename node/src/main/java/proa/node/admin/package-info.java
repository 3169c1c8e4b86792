/**
 * C: what operators and tools ask a running node: status, readiness, liveness.
 *
 * <p>Start reading at {@link proa.node.admin.AdminServer}.
 */
@NullMarked
package proa.node.admin;

import org.jspecify.annotations.NullMarked;
