/**
 * R: what a drill showed, and what follows from it: evidence in, a verdict for each invariant out.
 * Start reading at {@link proa.chaos.drill.facts.Judge}.
 */
@NullMarked
package proa.chaos.drill.facts;

import org.jspecify.annotations.NullMarked;
