package proa.node.line;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates of lines. A second is put into words once. One thread. */
final class Moment {

    /** As HAProxy's lines have it, without milliseconds. */
    static final DateTimeFormatter ACCEPTED =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss", Locale.ENGLISH);

    /** RFC 3164 §4.1.2. */
    static final DateTimeFormatter OLD =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);

    /** RFC 3339, without milliseconds and zone. */
    static final DateTimeFormatter MODERN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ENGLISH);

    private static final DateTimeFormatter OFFSET =
            DateTimeFormatter.ofPattern("xxx", Locale.ENGLISH);
    private static final long MILLIS = 1_000;

    private final DateTimeFormatter format;
    private final ZoneId zone;
    private long second = Long.MIN_VALUE;
    private String words = "";
    private String offset = "";

    Moment(DateTimeFormatter format, ZoneId zone) {
        this.format = format;
        this.zone = zone;
    }

    private void note(long millis) {
        long now = Math.floorDiv(millis, MILLIS);
        if (now != second) {
            ZonedDateTime time = Instant.ofEpochSecond(now).atZone(zone);
            second = now;
            words = format.format(time);
            offset = OFFSET.format(time);
        }
    }

    /** To the second. */
    void add(long millis, Line to) {
        note(millis);
        to.add(words);
    }

    /** To the millisecond. */
    void addExact(long millis, Line to) {
        note(millis);
        to.add(words).put('.').addNumber(Math.floorMod(millis, MILLIS), 3);
    }

    /** To the millisecond, with the distance from UTC. */
    void addWithOffset(long millis, Line to) {
        addExact(millis, to);
        to.add(offset);
    }
}
