package proa.config.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gathers everything that is wrong with one file, and knows at which line each path of it stands.
 * One use, one thread.
 *
 * <p>A path is {@code frontends.http.rules[2].deny}; the line of a path that was not written is
 * that of its parent.
 */
final class Report {

    private final String file;
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> wrong = new HashSet<>();
    private final List<Violation> errors = new ArrayList<>();
    private final List<Violation> warnings = new ArrayList<>();

    Report(String file) {
        this.file = file;
    }

    void place(String path, int line) {
        if (line > 0) {
            lines.put(path, line);
        }
    }

    void error(String path, String message) {
        error(path, message, Optional.empty());
    }

    void error(String path, String message, String suggestion) {
        error(path, message, Optional.of(suggestion));
    }

    void error(String path, String message, Optional<String> suggestion) {
        wrong.add(path);
        error(line(path), message, suggestion);
    }

    /**
     * An error found by comparing places; silent where this path is known to be wrong already,
     * since a stand-in is there.
     */
    void conflict(String path, String message, Optional<String> suggestion) {
        if (!wrong.contains(path)) {
            error(path, message, suggestion);
        }
    }

    void conflict(String path, String message, String suggestion) {
        conflict(path, message, Optional.of(suggestion));
    }

    void error(int line, String message, Optional<String> suggestion) {
        errors.add(new Violation(file, line, message, suggestion));
    }

    void warn(String path, String message, String suggestion) {
        warnings.add(new Violation(file, line(path), message, Optional.of(suggestion)));
    }

    /** Whether something is written at exactly this path. */
    boolean has(String path) {
        return lines.containsKey(path);
    }

    boolean isWrong(String path) {
        return wrong.contains(path);
    }

    boolean clean() {
        return errors.isEmpty();
    }

    List<Violation> errors() {
        return sorted(errors);
    }

    List<Violation> warnings() {
        return sorted(warnings);
    }

    int line(String path) {
        String at = path;
        while (!at.isEmpty()) {
            Integer line = lines.get(at);
            if (line != null) {
                return line;
            }
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            at = cut < 0 ? "" : at.substring(0, cut);
        }
        return 1;
    }

    private static List<Violation> sorted(List<Violation> violations) {
        return violations.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Violation::line))
                .toList();
    }
}
