/**
 * C: the bench's own load generator and its echo server, each a process of its own. The generator
 * does what wrk cannot: a connection for each request, raw TCP, TLS handshakes, and a fixed rate at
 * which a late answer does not delay the next request.
 *
 * <p>Start at {@link proa.chaos.bench.generator.Generator}.
 */
@NullMarked
package proa.chaos.bench.generator;

import org.jspecify.annotations.NullMarked;
