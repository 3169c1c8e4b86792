package proa.node.balance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * When a cookie given now ends, as old clients want to be told that do not know Max-Age (RFC 6265
 * §4.1.2.1). The text is made once a second. Safe from any thread.
 */
final class ExpiryDate {

    /** IMF-fixdate of RFC 9110 §5.6.7. */
    private static final DateTimeFormatter FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final long keptSeconds;
    private final InstantSource time;
    private volatile Made last = new Made(Long.MIN_VALUE, "");

    ExpiryDate(Duration kept, InstantSource time) {
        this.keptSeconds = kept.toSeconds();
        this.time = time;
    }

    private record Made(long second, String text) {}

    String text() {
        long end = Math.floorDiv(time.millis(), 1_000L) + keptSeconds;
        Made made = last;
        if (made.second() != end) {
            made = new Made(end, FIXDATE.format(Instant.ofEpochSecond(end)));
            last = made;
        }
        return made.text();
    }
}
