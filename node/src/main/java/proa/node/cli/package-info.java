/**
 * C: the {@code proa} commands; reads arguments, prints, exits.
 *
 * <p>Start reading at {@link proa.node.cli.Proa}.
 */
@NullMarked
package proa.node.cli;

import org.jspecify.annotations.NullMarked;
