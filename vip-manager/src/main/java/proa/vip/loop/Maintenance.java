package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One reason why this node is kept out of service.
 *
 * @param by who wants it; one line
 * @param since when it began; empty: it is not known any more
 * @param until when it ends by itself; empty: never
 * @param untilBoot whether a boot ends it
 */
record Maintenance(String by, Optional<Instant> since, Optional<Instant> until, boolean untilBoot) {

    /** Longer names are cut off: the file has a limit, too. */
    private static final int BY_CHARACTERS_MAX = 256;

    /** It is wanted now. */
    static Maintenance begin(String by, boolean untilBoot, long seconds, Instant now) {
        Instant begins = now.truncatedTo(ChronoUnit.MILLIS);
        return new Maintenance(
                by.substring(0, Math.min(by.length(), BY_CHARACTERS_MAX))
                        .replaceAll("\\p{Cntrl}", " "),
                Optional.of(begins),
                seconds == 0 ? Optional.empty() : Optional.of(begins.plusSeconds(seconds)),
                untilBoot);
    }

    /**
     * What such a text says. Whatever of it cannot be read is missing: a node that was taken out of
     * service does not come back because a disk has lost by whom.
     */
    static Maintenance read(String text, boolean untilBoot) {
        Map<String, String> values = new HashMap<>();
        text.lines()
                .map(line -> line.split("=", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> values.put(pair[0], pair[1]));
        return new Maintenance(
                values.getOrDefault("by", "somebody"),
                instant(values.get("since")),
                instant(values.get("until")),
                untilBoot);
    }

    private static Optional<Instant> instant(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /** For the disk. */
    String lines() {
        return "by="
                + by
                + since.map(begin -> "\nsince=" + begin).orElse("")
                + until.map(end -> "\nuntil=" + end).orElse("")
                + "\n";
    }

    /** In words. */
    String text() {
        return by
                + since.map(begin -> " since " + begin).orElse("")
                + until.map(end -> " until " + end).orElse("")
                + (untilBoot ? ", at most until a boot" : "");
    }

    /** Whether it ends later than the other one, by their times alone. */
    boolean outlasts(Maintenance other) {
        return other.until()
                .map(theirs -> until.isEmpty() || until.get().isAfter(theirs))
                .orElse(false);
    }

    boolean isOver(Instant now) {
        return until.isPresent() && !until.get().isAfter(now);
    }
}
