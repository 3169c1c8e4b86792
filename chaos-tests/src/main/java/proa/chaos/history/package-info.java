/**
 * R: what clients of the session store did and saw → what of it breaks a promise.
 *
 * <p>Start reading at {@link proa.chaos.history.HistoryChecker}.
 */
@NullMarked
package proa.chaos.history;

import org.jspecify.annotations.NullMarked;
