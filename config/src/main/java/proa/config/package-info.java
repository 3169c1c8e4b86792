/**
 * R: what the operator asked for, as immutable values that are valid by construction.
 *
 * <p>Start reading at {@link proa.config.ProaConfig}. The text form (HOCON with file and line of
 * every violation) is {@code proa.config.text}; nothing here knows about files.
 */
@NullMarked
package proa.config;

import org.jspecify.annotations.NullMarked;
