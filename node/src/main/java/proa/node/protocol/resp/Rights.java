package proa.node.protocol.resp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a user may do.
 *
 * @param access the most that is allowed
 * @param prefixes what keys must begin with, the database's number not counted; empty: any key
 */
record Rights(Access access, List<String> prefixes) {

    /** Whoever need not say who they are: sessions, but not all of them at once. */
    static final Rights DEFAULT = new Rights(Access.WRITE, List.of());

    private static final int PREFIXES_MAX = 64;

    Rights {
        prefixes = List.copyOf(prefixes);
    }

    /** Each allows what those before it do, too. */
    enum Access {
        /** Commands on the connection. */
        NONE,
        READ,
        WRITE,
        /** Removing everything. */
        ADMIN
    }

    /**
     * Reads {@code read}, {@code write} or {@code admin}, and behind a colon prefixes with commas
     * between; empty when the text is none of this.
     */
    static Optional<Rights> parse(String text) {
        int colon = text.indexOf(':');
        String access = colon < 0 ? text : text.substring(0, colon);
        List<String> prefixes =
                colon < 0 ? List.of() : List.of(text.substring(colon + 1).split(",", -1));
        boolean sound =
                List.of("read", "write", "admin").contains(access)
                        && prefixes.size() <= PREFIXES_MAX
                        && prefixes.stream().noneMatch(Rights::isNoPrefix);
        return sound
                ? Optional.of(new Rights(Access.valueOf(access.toUpperCase(Locale.ROOT)), prefixes))
                : Optional.empty();
    }

    private static boolean isNoPrefix(String prefix) {
        return prefix.isEmpty() || !prefix.chars().allMatch(c -> c > ' ' && c < 127);
    }

    boolean allows(Access needed) {
        return needed.compareTo(access) <= 0;
    }

    /** Whether a key is one of this user's. */
    boolean covers(String key) {
        return prefixes.isEmpty() || prefixes.stream().anyMatch(key::startsWith);
    }
}
