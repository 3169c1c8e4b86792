/**
 * C: {@code proa bench state}: what keeping sessions costs beside redis-server with a replica.
 * Start at {@link proa.chaos.bench.state.StateCommand}.
 */
@NullMarked
package proa.chaos.bench.state;

import org.jspecify.annotations.NullMarked;
