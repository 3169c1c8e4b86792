/**
 * C: machines of an operator's, reached by SSH, and containers: the connection, and scripts run
 * there. Start reading at {@link proa.chaos.remote.RemoteHost}; what is run is in {@code
 * proa.chaos.remote.deed}.
 */
@NullMarked
package proa.chaos.remote;

import org.jspecify.annotations.NullMarked;
