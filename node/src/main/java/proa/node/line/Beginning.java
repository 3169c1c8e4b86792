package proa.node.line;

import org.jspecify.annotations.Nullable;

import proa.config.LogConfig.Syslog;

import java.time.ZoneId;

/**
 * What stands before a line: the header of syslog, or the date, host and program that a syslog
 * daemon would have put into a file, or nothing. One thread.
 */
public final class Beginning {

    /** "Informational", of every line (RFC 5424 §6.2.1). */
    private static final int INFORMATIONAL = 6;

    private static final int SEVERITIES = 8;

    private final @Nullable Moment time;
    private final boolean modern;
    private final String before;
    private final String behind;

    private Beginning(@Nullable Moment time, boolean modern, String before, String behind) {
        this.time = time;
        this.modern = modern;
        this.before = before;
        this.behind = behind;
    }

    /** Nothing. */
    public static Beginning none() {
        return new Beginning(null, false, "", "");
    }

    /** As a syslog daemon writes into a file what it got by RFC 3164. */
    public static Beginning ofFile(ZoneId zone, String host, long process) {
        return new Beginning(new Moment(Moment.OLD, zone), false, "", old(host, process));
    }

    /** The header of a message. */
    public static Beginning of(Syslog as, ZoneId zone, String host, long process) {
        String priority = "<" + (as.facility() * SEVERITIES + INFORMATIONAL) + ">";
        return as.modern()
                ? new Beginning(
                        new Moment(Moment.MODERN, zone),
                        true,
                        priority + "1 ",
                        " " + host + " proa " + process + " - - ")
                : new Beginning(new Moment(Moment.OLD, zone), false, priority, old(host, process));
    }

    private static String old(String host, long process) {
        return " " + host + " proa[" + process + "]: ";
    }

    /** Begins a line. */
    public Line begin(long nowMillis, Line line) {
        line.clear().add(before);
        Moment at = time;
        if (at != null && modern) {
            at.addWithOffset(nowMillis, line);
        } else if (at != null) {
            at.add(nowMillis, line);
        }
        return line.add(behind);
    }
}
