/** The lab, the drills, the system tests and the bench. */
@NullMarked
package proa.chaos;

import org.jspecify.annotations.NullMarked;
