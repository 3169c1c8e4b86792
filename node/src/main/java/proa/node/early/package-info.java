/**
 * C, FFM: the thread with a private descriptor table that tells vipd at once when this process
 * dies, which of the JVM's own threads have to wait for the others, and the datagrams to the
 * service manager.
 *
 * <p>Start reading at {@link proa.node.early.EarlyNotice}.
 */
@NullMarked
package proa.node.early;

import org.jspecify.annotations.NullMarked;
