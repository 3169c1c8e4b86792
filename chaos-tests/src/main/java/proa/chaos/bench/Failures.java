package proa.chaos.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What went wrong for the generator.
 *
 * @param statuses answers that are neither 2xx nor 3xx
 * @param late answered, but later than the generator's limit; a stall makes one for each connection
 */
record Failures(long statuses, long connect, long read, long write, long late) {

    static final Failures NONE = new Failures(0, 0, 0, 0, 0);

    private static final Pattern STATUSES = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern SOCKETS =
            Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    static Failures parse(String report) {
        Matcher statuses = STATUSES.matcher(report);
        Matcher sockets = SOCKETS.matcher(report);
        boolean some = sockets.find();
        return new Failures(
                statuses.find() ? Long.parseLong(statuses.group(1)) : 0,
                some ? Long.parseLong(sockets.group(1)) : 0,
                some ? Long.parseLong(sockets.group(2)) : 0,
                some ? Long.parseLong(sockets.group(3)) : 0,
                some ? Long.parseLong(sockets.group(4)) : 0);
    }

    @Override
    public String toString() {
        return "%d error statuses, %d connects, %d reads, %d writes, %d late answers"
                .formatted(statuses, connect, read, write, late);
    }
}
