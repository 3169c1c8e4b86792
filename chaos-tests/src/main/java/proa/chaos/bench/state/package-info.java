/**
 * C: {@code proa bench state}: what replicated state costs, beside Redis and HAProxy's peers. Start
 * at {@link proa.chaos.bench.state.StateCommand}.
 */
@NullMarked
package proa.chaos.bench.state;

import org.jspecify.annotations.NullMarked;
