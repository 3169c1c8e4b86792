/**
 * R: the machine of one request: who is asked, retries, timeouts, who ends what. Start at {@link
 * proa.node.exchange.Traffic}.
 */
@NullMarked
package proa.node.exchange;

import org.jspecify.annotations.NullMarked;
