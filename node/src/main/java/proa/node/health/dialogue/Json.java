package proa.node.health.dialogue;

import java.util.List;
import java.util.Map;

/** A JSON value (RFC 8259). */
sealed interface Json {

    /** A string. */
    record Text(String value) implements Json {
        @Override
        public boolean is(String expected) {
            return value.equals(expected);
        }

        @Override
        public String shown() {
            return value;
        }
    }

    /** A number, as it was written. */
    record Numeral(String written) implements Json {
        /** Written alike, or the same as a double: {@code 1}, {@code 1.0} and {@code 1e0}. */
        @Override
        public boolean is(String expected) {
            return written.equals(expected)
                    || JsonReader.read(expected) instanceof Numeral(String other)
                            && Double.parseDouble(other) == Double.parseDouble(written);
        }

        @Override
        public String shown() {
            return written;
        }
    }

    /** {@code true}, {@code false} or {@code null}. */
    record Word(String value) implements Json {
        @Override
        public boolean is(String expected) {
            return value.equals(expected);
        }

        @Override
        public String shown() {
            return value;
        }
    }

    /** An array. */
    record Items(List<Json> values) implements Json {
        @Override
        public boolean is(String expected) {
            return false;
        }

        @Override
        public String shown() {
            return "an array";
        }
    }

    /** An object; of a name that stands there twice, the last value. */
    record Fields(Map<String, Json> values) implements Json {
        @Override
        public boolean is(String expected) {
            return false;
        }

        @Override
        public String shown() {
            return "an object";
        }
    }

    /** Whether it is the value an operator wrote; an array or object is none. */
    boolean is(String expected);

    /** For a message. */
    String shown();
}
