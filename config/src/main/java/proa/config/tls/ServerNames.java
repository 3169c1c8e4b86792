package proa.config.tls;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What belongs to the name a client asks for: an exact name before a wildcard, a wildcard for one
 * label (RFC 6125 §6.4.3), the first entry for every other name. Immutable; any thread.
 *
 * @param <T> what is looked up
 */
public final class ServerNames<T> {

    private final Map<String, T> exact = new HashMap<>();

    /** By what follows the first label, with its dot. */
    private final Map<String, T> wildcards = new HashMap<>();

    private final T first;

    /**
     * Something with its names.
     *
     * @param names lower case; {@code *.} in front stands for one label
     */
    public record Entry<T>(T value, List<String> names) {
        public Entry {
            names = List.copyOf(names);
        }
    }

    /**
     * Names of these entries; of two with the same name the first has it.
     *
     * @param entries at least one
     */
    public ServerNames(List<Entry<T>> entries) {
        first = entries.getFirst().value();
        for (Entry<T> entry : entries) {
            for (String name : entry.names()) {
                if (name.startsWith("*.")) {
                    wildcards.putIfAbsent(name.substring(1), entry.value());
                } else {
                    exact.putIfAbsent(name, entry.value());
                }
            }
        }
    }

    /**
     * What belongs to a name.
     *
     * @param name lower case; empty: the client asked for none
     */
    public T find(String name) {
        T found = exact.get(name);
        if (found != null) {
            return found;
        }
        int dot = name.indexOf('.');
        return dot < 0 || wildcards.isEmpty()
                ? first
                : wildcards.getOrDefault(name.substring(dot), first);
    }
}
