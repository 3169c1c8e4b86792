/**
 * R: what a frontend's rules and routes say about one request: count it, refuse it, or which
 * backend it goes to.
 *
 * <p>Rules are compiled once; a request walks an array. Start reading at {@link
 * proa.node.rules.FrontendTraffic}.
 */
@NullMarked
package proa.node.rules;

import org.jspecify.annotations.NullMarked;
