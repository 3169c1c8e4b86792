package proa.cluster.tables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Server names as 16-bit numbers that mean something in this table only. Not thread-safe. */
final class Names {

    /** The number of no server: a removed entry. */
    static final int NOBODY = 0;

    /** What {@link #number} says when no more names fit. */
    static final int FULL = -1;

    /** Most names a table remembers; configurations have hundreds of servers at most. */
    static final int NAMES_MAX = (1 << 16) - 1;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>(List.of(""));

    int number(String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        if (names.size() > NAMES_MAX) {
            return FULL;
        }
        names.add(name);
        numbers.put(name, names.size() - 1);
        return names.size() - 1;
    }

    String name(int number) {
        return names.get(number);
    }
}
