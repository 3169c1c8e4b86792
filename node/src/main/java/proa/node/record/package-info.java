/**
 * R: what is counted of traffic, and what is known of one request or connection when it ends.
 *
 * <p>Start reading at {@link proa.node.record.TrafficRecord}; what is made of it is in {@link
 * proa.node.metrics} and {@link proa.node.log}.
 */
@NullMarked
package proa.node.record;

import org.jspecify.annotations.NullMarked;
