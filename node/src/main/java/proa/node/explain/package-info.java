/**
 * R: a configuration and a request that is not made → which frontend, rule, route and server it
 * would get, and why.
 *
 * <p>Start reading at {@link proa.node.explain.Explanation}.
 */
@NullMarked
package proa.node.explain;

import org.jspecify.annotations.NullMarked;
