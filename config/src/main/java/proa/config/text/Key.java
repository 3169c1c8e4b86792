package proa.config.text;

import java.util.List;

/**
 * One key of the file.
 *
 * @param name kebab-case, as written
 * @param kind what may stand there
 * @param presence whether it must be written
 * @param standIn the value when it is not written; for a required key, a value to read on with
 *     after the violation
 * @param shown the default as the reference page prints it
 * @param meaning one sentence for the reference page
 */
record Key<T>(
        String name,
        Kind<T> kind,
        Presence presence,
        List<T> standIn,
        String shown,
        String meaning) {

    enum Presence {
        REQUIRED,
        DEFAULTED,
        OPTIONAL
    }

    Key {
        standIn = List.copyOf(standIn);
    }

    static <T> Key<T> required(String name, Kind<T> kind, T standIn, String meaning) {
        return new Key<>(name, kind, Presence.REQUIRED, List.of(standIn), "required", meaning);
    }

    static <T> Key<T> defaulted(String name, Kind<T> kind, T value, String shown, String meaning) {
        return new Key<>(name, kind, Presence.DEFAULTED, List.of(value), shown, meaning);
    }

    static <T> Key<T> optional(String name, Kind<T> kind, String shown, String meaning) {
        return new Key<>(name, kind, Presence.OPTIONAL, List.of(), shown, meaning);
    }
}
