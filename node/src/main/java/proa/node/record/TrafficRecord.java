package proa.node.record;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.function.Supplier;

/**
 * What is known of a request, or of a connection in mode tcp: one at a time, used again for the
 * next. The carrier tells it what happens; at the end it counts and, if there is a log, is written
 * down. Nothing is allocated for a request. On one event loop.
 *
 * <p>Times are nanoseconds of the recorder's clock, 0 for what has not happened; without a log only
 * the first and the last are taken.
 */
public final class TrafficRecord {

    private static final int LINE_BYTES_MAX = 8 << 10;
    private static final int TIMEOUT = 408;
    private static final byte[] NO_LINE = {};

    private final FrontendCounters frontend;
    private final @Nullable AccessLog log;
    private final Recorder.Clocks clocks;
    private final Supplier<Ending> endings;
    private final boolean stream;
    private final @Nullable String[] fields;
    private byte[] line = NO_LINE;
    private int lineLength;
    private @Nullable InetAddress client;
    private int clientPort;
    private boolean secured;
    private String requestId = "";
    private String idField = "";
    private boolean inHead;
    private boolean open;
    private boolean emptyTold;
    private boolean any;
    private boolean cut;
    private boolean malformed;
    private @Nullable Ending said;
    private long wallMillis;
    private long firstNanos;
    private long headNanos;
    private long chosenNanos;
    private long connectedNanos;
    private long answeredNanos;
    private long endNanos;
    private int status;
    private int tries;
    private int ahead;
    private int serverLoad;
    private long received;
    private long sent;
    private @Nullable BackendCounters backend;
    private @Nullable ServerCounters server;
    private String serverName = "";
    private Ending ending = Ending.NORMAL;
    private @Nullable Watcher watcher;

    TrafficRecord(
            FrontendCounters frontend,
            @Nullable AccessLog log,
            Recorder.Clocks clocks,
            Supplier<Ending> endings,
            boolean stream) {
        this.frontend = frontend;
        this.log = log;
        this.clocks = clocks;
        this.endings = endings;
        this.stream = stream;
        this.fields = new String[log == null ? 0 : log.fields().length];
    }

    /** Fields of a request's head. */
    public interface Head {
        /** Its first line: how many bytes of it are copied to the array. */
        int copyLine(byte[] to);

        /** The value of the first field of that name, or null. */
        @Nullable String header(String name);
    }

    /** One who is told of a request while it goes on. */
    public interface Watcher {
        /** Bytes have come from the client, or go to it. */
        void moved(long received, long sent);

        /** The head of the answer goes to the client. */
        void answered(int status);

        /** The request is over; nothing is told any more. */
        void ended();
    }

    private void first() {
        if (firstNanos == 0) {
            firstNanos = clocks.nanoTime().getAsLong();
            wallMillis = log == null ? 0 : clocks.wallMillis().getAsLong();
        }
    }

    /** Now, for what only a log tells: clocks cost more than counters. */
    private long toldNanos() {
        return log == null ? 0 : clocks.nanoTime().getAsLong();
    }

    /** Who is at the other end of the connection. */
    public void from(InetAddress address, int port, boolean byTls) {
        client = address;
        clientPort = port;
        secured = byTls;
    }

    /** Bytes have come from the client. */
    public void received(int bytes) {
        received += bytes;
        first();
        if (watcher != null) {
            watcher.moved(bytes, 0);
        }
    }

    /** Bytes go to the client. */
    public void sent(long bytes) {
        sent += bytes;
        if (watcher != null) {
            watcher.moved(0, bytes);
        }
    }

    /** From now on also that one is told; what has come already is told at once. */
    public void watch(Watcher by) {
        watcher = by;
        by.moved(received, sent);
    }

    /** A part of a request's head is there. */
    public void headBegins() {
        inHead = true;
    }

    /** The head of a request is there. */
    public void begins(Head head) {
        opens();
        headNanos = toldNanos();
        if (log != null) {
            if (line.length == 0) {
                line = new byte[LINE_BYTES_MAX];
            }
            lineLength = head.copyLine(line);
            String[] names = log.fields();
            for (int at = 0; at < names.length; at++) {
                fields[at] = head.header(names[at]);
            }
        }
    }

    /** A connection in mode tcp is there. */
    public void opens() {
        open = true;
        any = true;
        first();
    }

    /**
     * The request's id.
     *
     * @param field in which answers of our own have it; empty: none
     */
    public void identified(String id, String field) {
        requestId = id;
        idField = field;
    }

    /** The request was not passed on for its form, of which that byte is wrong; −1: not one. */
    public void malformed(String reason, int at, int length) {
        malformed = true;
        capture(false, reason, at, length);
    }

    /** The answer was not passed on for its form. */
    public void malformedAnswer(String reason) {
        capture(true, reason, -1, 0);
    }

    private void capture(boolean ofServer, String reason, int at, int length) {
        BackendCounters to = backend;
        frontend.captured(
                new Malformed(
                        clocks.wallMillis().getAsLong(),
                        ofServer,
                        frontend.nextMalformed(),
                        to == null ? "" : to.name(),
                        serverName,
                        client,
                        clientPort,
                        reason,
                        at,
                        length,
                        requestId));
    }

    /** It goes to a backend. */
    public void forwarded(BackendCounters to) {
        backend = to;
    }

    /** It waits for a server with room, as the last in line. */
    public void queued() {
        ahead = backend == null ? 0 : Math.max(0, backend.waiting() - 1);
    }

    /** It is tried with a server. */
    public void chosen(String name, ServerCounters by) {
        if (server != null) {
            goesOn(server, by);
        }
        server = by;
        serverName = name;
        tries++;
        chosenNanos = toldNanos();
        connectedNanos = 0; // that was another connection
    }

    private void goesOn(ServerCounters from, ServerCounters to) {
        from.leftFor(to);
        if (from != to && backend != null) {
            backend.goesElsewhere();
        }
    }

    /** The connection to the server is there. */
    public void connected() {
        connectedNanos = toldNanos();
    }

    /** The head of its answer goes to the client. */
    public void answered(int with) {
        status = with;
        answeredNanos = toldNanos();
        serverLoad = server == null || log == null ? 0 : server.current();
        if (watcher != null) {
            watcher.answered(with);
        }
    }

    /** Its answer did not come to its end. */
    public void cut() {
        cut = true;
    }

    /** It ends like this, whatever comes behind; of several the first counts. */
    public void endsAs(Ending how) {
        if (said == null) {
            said = how;
        }
    }

    /** It is over; called again it does nothing but count bytes. */
    public void ended() {
        if (watcher != null) {
            watcher.ended();
            watcher = null;
        }
        if (received + sent > 0) {
            moved();
        }
        if (open || status != 0 || inHead) {
            endNanos = clocks.nanoTime().getAsLong();
            ending = ending();
            count();
            if (log != null) {
                log.write(this);
            }
        } else if (log != null && !any && !emptyTold && log.takesEmpty()) {
            emptyTold = true;
            first();
            endNanos = firstNanos;
            ending = Ending.CLIENT_LEFT;
            log.write(this);
        }
        reset();
    }

    private void count() {
        frontend.ended(ending, malformed);
        frontend.answered(status);
        BackendCounters to = backend;
        if (to != null) {
            to.answered(status);
            to.ended(ending);
            to.ended(endNanos - firstNanos, Math.max(0, tries - 1));
        }
        if (server != null) {
            server.answered(status);
            server.ended(ending);
        }
        if (connectedNanos != 0) {
            time(to, server);
        }
    }

    private void time(@Nullable BackendCounters to, @Nullable ServerCounters at) {
        long queue = chosenNanos - (headNanos == 0 ? firstNanos : headNanos);
        long connect = connectedNanos - chosenNanos;
        long response = answeredNanos == 0 ? 0 : answeredNanos - connectedNanos;
        if (to != null) {
            to.timing().add(queue, connect, response, endNanos - firstNanos);
        }
        if (at != null) {
            at.timing().add(queue, connect, response, endNanos - firstNanos);
        }
    }

    private void moved() {
        frontend.moved(received, sent);
        if (backend != null) {
            backend.moved(received, sent);
        }
        if (server != null) {
            server.moved(received, sent);
        }
    }

    private Ending ending() {
        if (!open) {
            first();
            if (status == 0) {
                return Ending.CLIENT_LEFT;
            }
            return status == TIMEOUT ? Ending.CLIENT_SLOW : Ending.REFUSED;
        }
        Ending is = said == null ? endings.get() : said;
        if (is != Ending.NORMAL || !cut) {
            return is;
        }
        return status == 0 ? Ending.CLIENT_LEFT_WAITING : Ending.CLIENT_LEFT_DATA;
    }

    private void reset() {
        inHead = false;
        open = false;
        cut = false;
        malformed = false;
        said = null;
        any = true;
        lineLength = 0;
        firstNanos = 0;
        headNanos = 0;
        chosenNanos = 0;
        connectedNanos = 0;
        answeredNanos = 0;
        status = 0;
        tries = 0;
        ahead = 0;
        serverLoad = 0;
        received = 0;
        sent = 0;
        backend = null;
        server = null;
        serverName = "";
        requestId = "";
        idField = "";
    }

    /** The frontend's name. */
    public String frontend() {
        return frontend.name();
    }

    /** The backend, or null when it never came to one. */
    public @Nullable BackendCounters backend() {
        return backend;
    }

    /** The name of the last server tried; empty: none. */
    public String server() {
        return serverName;
    }

    /** The resolved client, or null when its connection was gone at once. */
    public @Nullable InetAddress client() {
        return client;
    }

    /** The port of the connection's other end. */
    public int clientPort() {
        return clientPort;
    }

    /** Whether the connection with the client is secured by TLS. */
    public boolean secured() {
        return secured;
    }

    /** The request's id, or empty. */
    public String requestId() {
        return requestId;
    }

    /** A field line with the id for answers of our own; empty: none. */
    public String idField() {
        return idField.isEmpty() ? "" : idField + ": " + requestId + "\r\n";
    }

    /** The first line of the request. */
    public byte[] line() {
        return line;
    }

    /** How many bytes of {@link #line()} there are; 0: the request was never whole. */
    public int lineLength() {
        return lineLength;
    }

    /** Whether it came by HTTP/2: its first line is then only as if. */
    public boolean stream() {
        return stream;
    }

    /** How many fields the log wants. */
    public int fields() {
        return fields.length;
    }

    /** The value of a field that the log wants, or null. */
    public @Nullable String field(int at) {
        return fields[at];
    }

    /** When the first byte came, by the calendar. */
    public long wallMillis() {
        return wallMillis;
    }

    /** The status of the answer; 0: none. */
    public int status() {
        return status;
    }

    /** Bytes from the client. */
    public long received() {
        return received;
    }

    /** Bytes to the client. */
    public long sent() {
        return sent;
    }

    /** Further servers that were tried. */
    public int retries() {
        return Math.max(0, tries - 1);
    }

    /** How many were in line before it when it joined. */
    public int ahead() {
        return ahead;
    }

    /** What the server had, itself included, when it answered. */
    public int serverLoad() {
        return serverLoad;
    }

    /** How it ended. */
    public Ending how() {
        return ending;
    }

    /** From the first byte to the whole head; −1: never. */
    public long requestMillis() {
        return millis(firstNanos, headNanos);
    }

    /** From the head, or from accepting, to the last choice of a server; −1: never. */
    public long queueMillis() {
        return millis(headNanos == 0 ? firstNanos : headNanos, chosenNanos);
    }

    /** From there to the connection; −1: never. */
    public long connectMillis() {
        return millis(chosenNanos, connectedNanos);
    }

    /** From there to the head of the answer; −1: never. */
    public long responseMillis() {
        return millis(connectedNanos, answeredNanos);
    }

    /** From the first byte to the end. */
    public long totalMillis() {
        return millis(firstNanos, endNanos);
    }

    private static long millis(long from, long to) {
        return from == 0 || to == 0 ? -1 : (to - from) / 1_000_000;
    }
}
