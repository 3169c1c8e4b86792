package proa.config.text;

import java.util.Optional;

/**
 * One thing in a configuration file that is wrong, or merely doubtful.
 *
 * @param file the file as the operator named it
 * @param line 1-based; 0 when the whole file is meant
 * @param message what is wrong, one line
 * @param suggestion what to write instead, if that is known
 */
public record Violation(String file, int line, String message, Optional<String> suggestion) {

    /** {@code file:line: message (suggestion)}, the form editors jump to. */
    @Override
    public String toString() {
        String place = line > 0 ? file + ":" + line : file;
        return place + ": " + message + suggestion.map(text -> " (" + text + ")").orElse("");
    }
}
