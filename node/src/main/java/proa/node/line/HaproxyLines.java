package proa.node.line;

import org.jspecify.annotations.Nullable;

import proa.node.record.BackendCounters;
import proa.node.record.TrafficRecord;

import java.net.InetAddress;

/**
 * Lines as HAProxy writes them with {@code option httplog} or {@code option tcplog} (configuration
 * manual, "log formats"):
 *
 * <pre>
 *   client:port [accepted] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes - - ---- a/f/b/s/r s/b {h|h} "request"
 *   client:port [accepted] frontend backend/server Tw/Tc/Tt bytes -- a/f/b/s/r s/b
 * </pre>
 *
 * <p>Times are milliseconds, −1 for what was never reached. Cookies are never captured.
 */
final class HaproxyLines implements LineFormat {

    private static final String BAD_REQUEST = "<BADREQ>";
    private static final String VERSION_2 = "HTTP/2.0";

    private final Surroundings around;
    private final boolean http;
    private final Moment accepted;
    private @Nullable InetAddress lastClient;
    private String lastWords = "-";

    HaproxyLines(Surroundings around, boolean http) {
        this.around = around;
        this.http = http;
        this.accepted = new Moment(Moment.ACCEPTED, around.zone());
    }

    @Override
    public void add(TrafficRecord record, Line to) {
        client(record, to);
        to.add(" [");
        accepted.addExact(record.wallMillis(), to);
        to.add("] ").add(record.frontend());
        if (record.secured()) {
            to.put('~');
        }
        to.put(' ');
        server(record, to);
        to.put(' ');
        if (http) {
            httpTimes(record, to);
        } else {
            tcpTimes(record, to);
        }
        counts(record, to);
        if (http) {
            fields(record, to);
            to.add(" \"");
            request(record, to);
            to.put('"');
        }
    }

    private void client(TrafficRecord record, Line to) {
        InetAddress client = record.client();
        if (client != null && !client.equals(lastClient)) {
            lastClient = client;
            lastWords = client.getHostAddress();
        }
        to.add(client == null ? "-" : lastWords).put(':').addNumber(record.clientPort());
    }

    private static void server(TrafficRecord record, Line to) {
        BackendCounters backend = record.backend();
        to.add(backend == null ? record.frontend() : backend.name()).put('/');
        to.add(record.server().isEmpty() ? "<NOSRV>" : record.server());
    }

    private static void httpTimes(TrafficRecord record, Line to) {
        to.addNumber(record.requestMillis()).put('/').addNumber(record.queueMillis()).put('/');
        to.addNumber(record.connectMillis()).put('/').addNumber(record.responseMillis()).put('/');
        to.addNumber(record.totalMillis()).put(' ');
        to.addNumber(record.status() == 0 ? -1 : record.status()).put(' ');
        to.addNumber(record.sent()).add(" - - ").add(record.how().code()).add("-- ");
    }

    private static void tcpTimes(TrafficRecord record, Line to) {
        to.addNumber(record.queueMillis()).put('/').addNumber(record.connectMillis()).put('/');
        to.addNumber(record.totalMillis()).put(' ');
        to.addNumber(record.sent()).put(' ').add(record.how().code()).put(' ');
    }

    private void counts(TrafficRecord record, Line to) {
        BackendCounters backend = record.backend();
        to.addNumber(around.nodeConnections().getAsInt()).put('/');
        to.addNumber(around.frontendConnections().getAsInt()).put('/');
        to.addNumber(backend == null ? 0 : backend.connections()).put('/');
        to.addNumber(record.serverLoad()).put('/').addNumber(record.retries());
        to.add(" 0/").addNumber(record.ahead());
    }

    /** The id comes last, as of {@code http-request capture unique-id}. */
    private void fields(TrafficRecord record, Line to) {
        boolean identified = around.identified();
        if (record.fields() == 0 && !identified) {
            return;
        }
        to.add(" {");
        for (int at = 0; at < record.fields(); at++) {
            if (at > 0) {
                to.put('|');
            }
            String value = record.lineLength() == 0 ? null : record.field(at);
            for (int index = 0; value != null && index < value.length(); index++) {
                to.addEscaped(value.charAt(index), true);
            }
        }
        if (identified) {
            to.add(record.fields() > 0 ? "|" : "").add(record.requestId());
        }
        to.put('}');
    }

    private static void request(TrafficRecord record, Line to) {
        int length = record.lineLength();
        if (length == 0) {
            to.add(BAD_REQUEST);
            return;
        }
        int plain = record.stream() ? length - VERSION_2.length() : length;
        for (int at = 0; at < plain; at++) {
            to.addEscaped(record.line()[at], false);
        }
        if (record.stream()) {
            to.add(VERSION_2);
        }
    }
}
