/**
 * C: machines of an operator's, reached by SSH: the connection, scripts run over it, and what
 * drills have left there. Start reading at {@link proa.chaos.remote.SshHost}; what is run is in
 * {@code proa.chaos.remote.deed}.
 */
@NullMarked
package proa.chaos.remote;

import org.jspecify.annotations.NullMarked;
