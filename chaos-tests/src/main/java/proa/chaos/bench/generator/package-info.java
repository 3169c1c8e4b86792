/**
 * C: the bench's own load generator and its server, each a process of its own. Both run on the
 * transport of the node, so that together they outrun a balancer with a core to itself: wrk with
 * nginx did not. The generator also does what wrk cannot: a connection for each request, raw TCP,
 * TLS handshakes, and a fixed rate at which a late answer does not delay the next request.
 *
 * <p>Start at {@link proa.chaos.bench.generator.Generator}.
 */
@NullMarked
package proa.chaos.bench.generator;

import org.jspecify.annotations.NullMarked;
