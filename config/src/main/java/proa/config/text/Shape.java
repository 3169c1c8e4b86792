package proa.config.text;

import java.util.List;

/**
 * The keys one kind of section may have.
 *
 * @param path how it is reached, for the reference page: {@code backends.NAME.check}
 * @param meaning what the section is
 * @param keys in the order the reference page lists them
 */
record Shape(String path, String meaning, List<Key<?>> keys) {

    Shape {
        keys = List.copyOf(keys);
    }

    static Shape of(String path, String meaning, Key<?>... keys) {
        return new Shape(path, meaning, List.of(keys));
    }

    List<String> names() {
        return keys.stream().<String>map(Key::name).toList();
    }
}
