package proa.chaos.load;

import org.jspecify.annotations.Nullable;

import proa.chaos.load.HttpConnection.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/**
 * Many HTTP clients, each from an address of its own with a cookie of its own. Half keep their
 * connection, half open one for each request; each eighth request is a slow one. Of servers that
 * are not those of this program only the status is looked at.
 *
 * <p>As browsers do (RFC 9112 §9.3.1), a GET that finds its kept connection dead before a byte of
 * the answer is sent once more on a new one. Nothing else is repeated, not what nobody answers
 * either.
 */
final class HttpClients {

    private static final int SLOW_EACH = 8;
    private static final String COOKIE = "SERVERID=";

    private final LoadPlan plan;
    private final RequestLog log;
    private final Pace pace;
    private final int readTimeoutMillis;

    HttpClients(LoadPlan plan, RequestLog log, Pace pace) {
        this(plan, log, pace, HttpConnection.READ_TIMEOUT_MILLIS);
    }

    /**
     * @param readTimeoutMillis each octet of an answer is waited for no longer than that
     */
    HttpClients(LoadPlan plan, RequestLog log, Pace pace, int readTimeoutMillis) {
        this.plan = plan;
        this.log = log;
        this.pace = pace;
        this.readTimeoutMillis = readTimeoutMillis;
    }

    void start() {
        Sources sources = new Sources(plan.sources().http(), plan.httpClients());
        for (int number = 0; number < plan.httpClients(); number++) {
            String vip = plan.vips().get(number % plan.vips().size());
            Client client =
                    new Client(
                            "client-" + number,
                            sources.at(number),
                            LoadPlan.address(vip, plan.ports().http()),
                            number % 2 == 0);
            double perSecond = (double) plan.httpRate() / plan.httpClients();
            pace.run(client.name, perSecond, (double) number / plan.httpRate(), client::request);
        }
    }

    private final class Client {
        private final String name;
        private final InetAddress source;
        private final InetSocketAddress target;
        private final boolean keeps;
        private @Nullable HttpConnection kept;
        private String cookie = "";
        private String server = "";

        Client(String name, InetAddress source, InetSocketAddress target, boolean keeps) {
            this.name = name;
            this.source = source;
            this.target = target;
            this.keeps = keeps;
        }

        void request() {
            boolean reused = kept != null;
            RequestLog.Entry entry = log.begin(name, reused);
            String path = path(entry.id());
            try {
                attempt(path, reused);
                entry.answered();
            } catch (DeadConnectionException _) {
                again(entry, path);
            } catch (IOException e) {
                entry.failed(Pace.why(e));
            }
        }

        private String path(long id) {
            if (!plan.knowsServers()) {
                return plan.asked().path();
            }
            return (id % SLOW_EACH == 0 ? "/slow/40?r=" : "/r/") + id;
        }

        private void again(RequestLog.Entry entry, String path) {
            log.resent();
            try {
                attempt(path, false);
                entry.answered();
            } catch (IOException e) {
                entry.failed("sent again after its idle connection had died, then: " + Pace.why(e));
            }
        }

        private void attempt(String path, boolean reused) throws IOException {
            HttpConnection connection = kept;
            try {
                if (connection == null) {
                    connection =
                            HttpConnection.open(source, target)
                                    .within(readTimeoutMillis)
                                    .named(plan.asked().host());
                }
                Response response = connection.get(path, cookie, !keeps);
                boolean stays = keeps && !response.lastOfConnection();
                kept = stays ? connection : null;
                if (!stays) {
                    connection.close();
                }
                check(response, path);
            } catch (IOException e) {
                kept = null;
                if (connection != null) {
                    connection.close();
                    if (reused && !connection.receivedAny() && !isSilence(e)) {
                        throw new DeadConnectionException(e);
                    }
                }
                throw e;
            }
        }

        /** Then it was not dead when it was used: somebody has the request and does not answer. */
        private static boolean isSilence(IOException e) {
            return e instanceof SocketTimeoutException;
        }

        private void check(Response response, String path) throws IOException {
            if (response.status() != 200) {
                throw new IOException(
                        "status " + response.status() + ": " + response.body().strip());
            }
            if (!plan.knowsServers()) {
                return;
            }
            if (!response.header("x-path").equals(path)) {
                log.mixed();
                throw new IOException("another's answer: " + response.header("x-path"));
            }
            String answeredBy = response.header("x-server");
            if (!server.isEmpty() && !server.equals(answeredBy)) {
                log.moved();
            }
            server = answeredBy;
            String set = response.header("set-cookie");
            if (set.startsWith(COOKIE)) {
                cookie = set.split(";", 2)[0];
            }
        }
    }

    /** A kept connection had ended before the request reached anybody. */
    private static final class DeadConnectionException extends IOException {
        DeadConnectionException(IOException cause) {
            super(cause);
        }
    }
}
