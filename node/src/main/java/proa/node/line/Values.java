package proa.node.line;

import proa.config.LogConfig.Field;
import proa.node.record.BackendCounters;
import proa.node.record.TrafficRecord;

import java.net.InetAddress;
import java.time.ZoneId;

/** Single values of a record. One thread. */
final class Values {

    private final Moment time;

    Values(ZoneId zone) {
        time = new Moment(Moment.MODERN, zone);
    }

    /** How a character of a value is written. */
    @FunctionalInterface
    interface Escape {
        void add(int character);
    }

    /** Whether a value is a number, of which −1 says that there is none. */
    static boolean isNumber(Field field) {
        return switch (field) {
            case CLIENT_PORT,
                    STATUS,
                    BYTES_IN,
                    BYTES_OUT,
                    REQUEST_MILLIS,
                    QUEUE_MILLIS,
                    CONNECT_MILLIS,
                    RESPONSE_MILLIS,
                    TOTAL_MILLIS,
                    RETRIES ->
                    true;
            case TIME,
                    FRONTEND,
                    BACKEND,
                    SERVER,
                    CLIENT,
                    METHOD,
                    TARGET,
                    PROTOCOL,
                    TERMINATION,
                    REQUEST_ID ->
                    false;
        };
    }

    /** A number. */
    static long number(Field field, TrafficRecord record) {
        return switch (field) {
            case CLIENT_PORT -> record.clientPort();
            case STATUS -> record.status();
            case BYTES_IN -> record.received();
            case BYTES_OUT -> record.sent();
            case REQUEST_MILLIS -> record.requestMillis();
            case QUEUE_MILLIS -> record.queueMillis();
            case CONNECT_MILLIS -> record.connectMillis();
            case RESPONSE_MILLIS -> record.responseMillis();
            case TOTAL_MILLIS -> record.totalMillis();
            case RETRIES -> record.retries();
            case TIME,
                    FRONTEND,
                    BACKEND,
                    SERVER,
                    CLIENT,
                    METHOD,
                    TARGET,
                    PROTOCOL,
                    TERMINATION,
                    REQUEST_ID ->
                    throw new IllegalStateException(field + " is no number");
        };
    }

    /** The date, which needs no escapes. */
    void addTime(TrafficRecord record, Line to) {
        time.addWithOffset(record.wallMillis(), to);
    }

    /** Any other. */
    static void text(Field field, TrafficRecord record, Escape to) {
        switch (field) {
            case FRONTEND -> add(record.frontend(), to);
            case BACKEND -> {
                BackendCounters backend = record.backend();
                add(backend == null ? "" : backend.name(), to);
            }
            case SERVER -> add(record.server(), to);
            case CLIENT -> {
                InetAddress client = record.client();
                add(client == null ? "" : client.getHostAddress(), to);
            }
            case METHOD -> add(record, 0, firstSpace(record), to);
            case TARGET -> add(record, firstSpace(record) + 1, lastSpace(record), to);
            case PROTOCOL -> {
                if (record.stream()) {
                    add("HTTP/2.0", to);
                } else {
                    add(record, lastSpace(record) + 1, record.lineLength(), to);
                }
            }
            case TERMINATION -> add(record.how().code(), to);
            case REQUEST_ID -> add(record.requestId(), to);
            case TIME,
                    CLIENT_PORT,
                    STATUS,
                    BYTES_IN,
                    BYTES_OUT,
                    REQUEST_MILLIS,
                    QUEUE_MILLIS,
                    CONNECT_MILLIS,
                    RESPONSE_MILLIS,
                    TOTAL_MILLIS,
                    RETRIES ->
                    throw new IllegalStateException(field + " is no text");
        }
    }

    private static void add(String text, Escape to) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            to.add(character > 0xff ? '?' : character);
        }
    }

    private static void add(TrafficRecord record, int from, int end, Escape to) {
        for (int at = from; at < end; at++) {
            to.add(record.line()[at]);
        }
    }

    private static int firstSpace(TrafficRecord record) {
        int at = 0;
        while (at < record.lineLength() && record.line()[at] != ' ') {
            at++;
        }
        return at;
    }

    private static int lastSpace(TrafficRecord record) {
        int at = record.lineLength() - 1;
        while (at > 0 && record.line()[at] != ' ') {
            at--;
        }
        return Math.max(0, at);
    }
}
