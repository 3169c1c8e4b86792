/**
 * R: what a fault is on machines that are reached by SSH: commands, what undoes them, and the
 * dead-man's switch that does so when nobody else can. Start reading at {@link
 * proa.chaos.remote.deed.Deeds}, faults → commands, and {@link proa.chaos.remote.deed.Switch}.
 */
@NullMarked
package proa.chaos.remote.deed;

import org.jspecify.annotations.NullMarked;
