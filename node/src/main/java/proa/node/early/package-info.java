/**
 * C, FFM: the thread with a private descriptor table that tells vipd at once when this process
 * dies, and which of the JVM's own threads have to wait for the others.
 *
 * <p>Start reading at {@link proa.node.early.EarlyNotice}.
 */
@NullMarked
package proa.node.early;

import org.jspecify.annotations.NullMarked;
