/**
 * R: which of the configured members are in sight, and whether they are enough. Start at {@link
 * proa.cluster.membership.Membership}.
 */
@NullMarked
package proa.cluster.membership;

import org.jspecify.annotations.NullMarked;
