/**
 * R: how modules contribute to the one command line; a marker, nothing runs here.
 *
 * <p>Start reading at {@link proa.config.command.Subcommand}.
 */
@NullMarked
package proa.config.command;

import org.jspecify.annotations.NullMarked;
