package proa.vip.loop;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The last alarms, for a node process that has not read them: because there was none, or because
 * the one that was told ended so soon that nobody knows whether it did. What was sent to a process
 * that stands still is in the kernel's buffer, and goes with it.
 *
 * <pre>
 * waits  ── a process connects: told, with its time ──▶  told
 * told   ── the process ends within {@link #READ_NANOS} ──▶  waits
 * told   ── it ends later ──▶  forgotten
 * </pre>
 *
 * Not thread-safe.
 */
final class KeptAlarms {

    /** The oldest goes first. */
    static final int ALARMS_MAX = 16;

    /**
     * Twice what systemd's watchdog gives a node that stands still ({@code proa-node.service}): who
     * has lived longer than that after an alarm has read it.
     */
    static final long READ_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Deque<Alarm> alarms = new ArrayDeque<>();

    private record Alarm(String line, boolean waits, long toldNanos) {}

    /** One that the process which is there is being told. */
    void told(String text, Instant when, long nowNanos) {
        add(new Alarm(line(text, when), false, nowNanos));
    }

    /** One that nobody is there for. */
    void untold(String text, Instant when) {
        add(new Alarm(line(text, when), true, 0));
    }

    private static String line(String text, Instant when) {
        return text + " (" + when.truncatedTo(ChronoUnit.SECONDS) + ")";
    }

    private void add(Alarm alarm) {
        if (alarms.size() == ALARMS_MAX) {
            alarms.removeFirst();
        }
        alarms.addLast(alarm);
    }

    /** What a process that has connected is to be told, oldest first; counts as told. */
    List<String> next(long nowNanos) {
        List<String> lines = alarms.stream().filter(Alarm::waits).map(Alarm::line).toList();
        replace(alarm -> alarm.waits() ? new Alarm(alarm.line(), false, nowNanos) : alarm);
        return lines;
    }

    /** The process that was told is gone. */
    void gone(long nowNanos) {
        alarms.removeIf(alarm -> !alarm.waits() && nowNanos - alarm.toldNanos() >= READ_NANOS);
        replace(alarm -> new Alarm(alarm.line(), true, 0));
    }

    private void replace(UnaryOperator<Alarm> by) {
        List<Alarm> replaced = alarms.stream().map(by).toList();
        alarms.clear();
        alarms.addAll(replaced);
    }
}
