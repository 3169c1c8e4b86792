/** Who is there, and what we remember together. */
@NullMarked
package proa.cluster;

import org.jspecify.annotations.NullMarked;
