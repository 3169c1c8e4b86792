/**
 * R: consistent hashing, one implementation for the proxy and for the kernel's tables: the same
 * names and weights give the same table on every node, whatever order they come in.
 *
 * <p>Start reading at {@link proa.config.spread.Maglev}.
 */
@NullMarked
package proa.config.spread;

import org.jspecify.annotations.NullMarked;
