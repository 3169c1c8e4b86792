package proa.config.text;

import com.typesafe.config.ConfigValue;

import java.util.Optional;

/** What may stand at a key: how a value is read, and what the reference page says about it. */
interface Kind<T> {

    /** Reads one value. */
    Reading<T> read(ConfigValue value);

    /** For the reference page: {@code duration, 100ms to 1h}. */
    String form();

    /** A value, or what is wrong with what stands there. */
    sealed interface Reading<T> {
        /** It fits. */
        record Good<T>(T value) implements Reading<T> {}

        /** It does not. */
        record Bad<T>(String message, Optional<String> suggestion) implements Reading<T> {}

        static <T> Reading<T> bad(String message, String suggestion) {
            return new Bad<>(message, Optional.of(suggestion));
        }
    }
}
