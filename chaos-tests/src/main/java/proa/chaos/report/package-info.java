/**
 * C: facts that the lab's processes tell each other and write to files, as records and JSON. Start
 * reading at {@link proa.chaos.report.Json}.
 */
@NullMarked
package proa.chaos.report;

import org.jspecify.annotations.NullMarked;
