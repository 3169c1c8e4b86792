/**
 * C: what the tests of several modules share.
 *
 * <p>Start reading at {@link proa.testing.Ports} and {@link proa.testing.Patience}.
 */
@NullMarked
package proa.testing;

import org.jspecify.annotations.NullMarked;
