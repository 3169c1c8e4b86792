/**
 * C: takes the lines of access logs from the event loops to files and syslog daemons.
 *
 * <p>Start reading at {@link proa.node.log.AccessLogs}.
 */
@NullMarked
package proa.node.log;

import org.jspecify.annotations.NullMarked;
