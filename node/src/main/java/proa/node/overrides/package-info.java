/**
 * R: what operators asked of servers beyond the file, as registers that all members share: the
 * later one wins. Start at {@link proa.node.overrides.Registers}.
 */
@NullMarked
package proa.node.overrides;

import org.jspecify.annotations.NullMarked;
