/**
 * R: the file an operator writes (HOCON) → the records of {@link proa.config}, or every violation
 * at once, each with its file, line and a suggestion.
 *
 * <p>Start reading at {@link proa.config.text.ConfigReader}, the only class here that touches a
 * file; the keys, their ranges, defaults and meanings are one table, {@code Keys}, from which the
 * reference page is made. Stages: {@code Scan} (own token scan: duplicates, includes, depth) →
 * typesafe-config (syntax, substitutions) → one reader for each section → {@code CrossChecks} (what
 * only two places together get wrong).
 */
@NullMarked
package proa.config.text;

import org.jspecify.annotations.NullMarked;
