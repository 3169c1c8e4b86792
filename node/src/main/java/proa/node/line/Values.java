package proa.node.line;

import org.jspecify.annotations.Nullable;

import proa.config.LogConfig.Field;
import proa.node.record.BackendCounters;
import proa.node.record.TrafficRecord;

import java.net.InetAddress;
import java.time.ZoneId;

/** Single values of a record. One thread. */
final class Values {

    private final Moment time;
    private @Nullable InetAddress lastClient;
    private String lastWords = "";

    Values(ZoneId zone) {
        time = new Moment(Moment.MODERN, zone);
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

    /** Clients come again and again; their words are made once. */
    private String words(InetAddress client) {
        if (!client.equals(lastClient)) {
            lastClient = client;
            lastWords = client.getHostAddress();
        }
        return lastWords;
    }

    /** Any other, its characters escaped as in JSON or as in HAProxy's lines. */
    void text(Field field, TrafficRecord record, boolean json, Line to) {
        switch (field) {
            case FRONTEND -> to.add(record.frontend());
            case BACKEND -> {
                BackendCounters backend = record.backend();
                to.add(backend == null ? "" : backend.name());
            }
            case SERVER -> to.add(record.server());
            case CLIENT -> {
                InetAddress client = record.client();
                to.add(client == null ? "" : words(client));
            }
            case METHOD -> add(record, 0, firstSpace(record), json, to);
            case TARGET -> add(record, firstSpace(record) + 1, lastSpace(record), json, to);
            case PROTOCOL -> {
                if (record.stream()) {
                    to.add("HTTP/2.0");
                } else {
                    add(record, lastSpace(record) + 1, record.lineLength(), json, to);
                }
            }
            case TERMINATION -> to.add(record.how().code());
            case REQUEST_ID -> to.add(record.requestId());
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

    private static void add(TrafficRecord record, int from, int end, boolean json, Line to) {
        for (int at = from; at < end; at++) {
            to.addChosen(record.line()[at], json);
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
