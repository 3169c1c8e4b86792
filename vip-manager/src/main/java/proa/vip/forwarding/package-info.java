/**
 * R: what the kernel forwards by itself: consistent-hash tables, nftables rule-sets as text, and
 * who says which servers are in them.
 *
 * <p>Start reading at {@link proa.vip.forwarding.RuleSet}.
 */
@NullMarked
package proa.vip.forwarding;

import org.jspecify.annotations.NullMarked;
