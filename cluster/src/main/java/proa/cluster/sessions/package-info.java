/**
 * R: the session store's contract, values, expiry and conflict rule. Start at {@link
 * proa.cluster.sessions.SessionStore}.
 */
@NullMarked
package proa.cluster.sessions;

import org.jspecify.annotations.NullMarked;
