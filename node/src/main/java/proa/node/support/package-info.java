/**
 * C: one file with everything that somebody needs who helps from afar, without secrets. Start at
 * {@link proa.node.support.Bundle}.
 */
@NullMarked
package proa.node.support;

import org.jspecify.annotations.NullMarked;
