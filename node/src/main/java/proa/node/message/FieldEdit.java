package proa.node.message;

import java.util.function.UnaryOperator;

/**
 * One change to the field lines of a message, with its values filled in. Names are compared without
 * regard to case; names and values have no line ends.
 */
public sealed interface FieldEdit {

    /** The field's name. */
    String name();

    /** One line of that name instead of all there were. */
    record Set(String name, String value) implements FieldEdit {}

    /** One line more. */
    record Add(String name, String value) implements FieldEdit {}

    /** No line of that name. */
    record Remove(String name) implements FieldEdit {}

    /** Every value of that name becomes what the function makes of it. */
    record Replace(String name, UnaryOperator<String> change) implements FieldEdit {}
}
