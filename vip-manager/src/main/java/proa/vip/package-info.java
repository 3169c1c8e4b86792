/** Who holds the addresses, and moving them: the process {@code vipd}. */
@NullMarked
package proa.vip;

import org.jspecify.annotations.NullMarked;
