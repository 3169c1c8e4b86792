/**
 * R: how the members take in one configuration together, in two phases, and who has which. Start at
 * {@link proa.cluster.agreement.Agreement}.
 */
@NullMarked
package proa.cluster.agreement;

import org.jspecify.annotations.NullMarked;
