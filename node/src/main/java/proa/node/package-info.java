/** Carries a connection or a request; holds the command line. */
@NullMarked
package proa.node;

import org.jspecify.annotations.NullMarked;
