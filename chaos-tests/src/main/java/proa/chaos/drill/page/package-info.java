/**
 * R: facts of a run → one self-contained page and JUnit XML. Start reading at {@link
 * proa.chaos.drill.page.DrillPage}.
 */
@NullMarked
package proa.chaos.drill.page;

import org.jspecify.annotations.NullMarked;
