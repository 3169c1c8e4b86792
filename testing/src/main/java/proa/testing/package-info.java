/**
 * C: what the tests of several modules share.
 *
 * <p>Start reading at {@link proa.testing.Ports}.
 */
@NullMarked
package proa.testing;

import org.jspecify.annotations.NullMarked;
