package proa.config.service;

import java.time.Duration;
import java.util.Optional;

/**
 * What to tell the service manager, and when: READY once, STATUS whenever it differs, WATCHDOG
 * three times in the watchdog's time and only while the process is alive in the sense of its own
 * heartbeat. A process whose loops stand still falls silent, and is ended and started again.
 *
 * <p>Not thread-safe: one thread asks {@link #next}.
 */
public final class Reports {

    /** {@code STATUS=} is one line that people read. */
    private static final int STATUS_CHARACTERS_MAX = 200;

    /** Two of three may be late. */
    private static final int BEATS = 3;

    private final long beatNanos;
    private boolean ready;
    private String told = "";
    private long lastBeatNanos;
    private boolean beaten;

    /** Reports to a service manager that watches so closely. */
    public Reports(Duration watchdog) {
        beatNanos = watchdog.toNanos() / BEATS;
    }

    /**
     * The datagram that is due now, if any is.
     *
     * @param isReady whether the process does its work; once true, for good
     * @param isLive whether its loops turn
     * @param status how it stands, one line
     * @param nowNanos monotonic
     */
    public Optional<String> next(boolean isReady, boolean isLive, String status, long nowNanos) {
        StringBuilder text = new StringBuilder();
        if (isReady && !ready) {
            ready = true;
            text.append("READY=1\n");
        }
        String line = line(status);
        if (!line.equals(told)) {
            told = line;
            text.append("STATUS=").append(line).append('\n');
        }
        if (isLive && isBeatDue(nowNanos)) {
            beaten = true;
            lastBeatNanos = nowNanos;
            text.append("WATCHDOG=1\n");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
    }

    private boolean isBeatDue(long nowNanos) {
        return beatNanos > 0 && (!beaten || nowNanos - lastBeatNanos >= beatNanos);
    }

    /**
     * A new configuration is being taken in; {@link #reloaded} must follow.
     *
     * @param nowNanos of CLOCK_MONOTONIC
     */
    public static String reloading(long nowNanos) {
        return "RELOADING=1\nMONOTONIC_USEC=" + nowNanos / 1_000 + "\n";
    }

    /** The new configuration is in use, or the old one stays. */
    public static String reloaded() {
        return "READY=1\n";
    }

    /** A planned stop begins. */
    public static String stopping() {
        return "STOPPING=1\nSTATUS=handing over and draining\n";
    }

    private static String line(String status) {
        String line = status.replace('\n', ' ');
        return line.length() > STATUS_CHARACTERS_MAX
                ? line.substring(0, STATUS_CHARACTERS_MAX)
                : line;
    }
}
