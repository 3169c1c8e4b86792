/**
 * Carrier (C): the process {@code vipd}: one platform thread owns the machines of all groups,
 * waits, looks at the clock, feeds them what happened and carries out what they answer.
 *
 * <p>Start reading at {@link proa.vip.loop.Loop}; {@link proa.vip.loop.Vipd} puts it together.
 */
@NullMarked
package proa.vip.loop;

import org.jspecify.annotations.NullMarked;
