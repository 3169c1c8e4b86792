package proa.config;

/** One change to the header fields of a message. Names are compared without regard to case. */
public sealed interface HeaderEdit {

    /** The field's name. */
    String name();

    /** One field of that name, with this value, instead of all there were. */
    record Set(String name, Template value) implements HeaderEdit {}

    /** One field more. */
    record Add(String name, Template value) implements HeaderEdit {}

    /** No field of that name. */
    record Remove(String name) implements HeaderEdit {}

    /**
     * In every field of that name, each place where a regular expression matches is replaced.
     *
     * @param pattern RE2 syntax
     * @param with the replacement; {@code $1} stands for the first group
     */
    record Replace(String name, String pattern, String with) implements HeaderEdit {}
}
