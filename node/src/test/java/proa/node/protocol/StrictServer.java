package proa.node.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * A server that takes nothing on trust: reads requests by a parser of its own, plain and strict,
 * and notes each whole one and whatever else it should never have been sent. Answers with what it
 * understood; changes the protocol when asked to.
 */
public final class StrictServer implements AutoCloseable {

    /**
     * One whole request.
     *
     * @param text method, target and decoded body, as a corpus writes them
     * @param head as it came
     * @param connection number of the connection
     */
    public record Seen(String text, String head, int connection) {
        public boolean has(String header) {
            return head.toLowerCase(Locale.ROOT)
                    .contains("\r\n" + header.toLowerCase(Locale.ROOT) + ":");
        }
    }

    private static final Pattern LINE =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\\x21-\\x7e]+ HTTP/1\\.[01]");
    private static final Pattern FIELD =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t\\x20-\\x7e\\x80-\\xff]*");
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,8}");
    private static final Pattern SIZE =
            Pattern.compile("([0-9A-Fa-f]{1,7})(;[\\t\\x20-\\x7e\\x80-\\xff]*)?");

    private final ScriptedServer server;

    /** Whole requests in the order of their ends. */
    public final List<Seen> seen = new CopyOnWriteArrayList<>();

    /** Bytes that are no request, each a fault of whoever forwarded them. */
    public final List<String> violations = new CopyOnWriteArrayList<>();

    public StrictServer() throws IOException {
        server = new ScriptedServer(this::serve);
    }

    public ScriptedServer socket() {
        return server;
    }

    /** Bytes that have arrived, of whatever. */
    public long received() {
        return server.received.get();
    }

    private void serve(ScriptedServer.Peer peer) throws IOException {
        try {
            while (one(peer)) {
                // the next
            }
        } catch (Violation violation) {
            violations.add(violation.getMessage());
        }
    }

    /** What the strict reader cannot accept. */
    private static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Violation(String what, String where) {
            super(what + ": " + Corpus.escaped(where));
        }
    }

    private boolean one(ScriptedServer.Peer peer) throws IOException {
        String first = line(peer);
        if (first == null) {
            return false;
        }
        StringBuilder head = new StringBuilder(first).append("\r\n");
        require(LINE.matcher(first).matches(), "request line", first);
        for (String field = line(peer); field == null || !field.isEmpty(); field = line(peer)) {
            if (field == null) {
                return false;
            }
            require(FIELD.matcher(field).matches(), "header", field);
            head.append(field).append("\r\n");
        }
        return answer(peer, first, head.append("\r\n").toString());
    }

    private boolean answer(ScriptedServer.Peer peer, String first, String head) throws IOException {
        boolean old = first.endsWith("1.0");
        List<String> hosts = values(head, "Host");
        require(hosts.size() == 1 || old && hosts.isEmpty(), "Host", head);
        if (!values(head, "Expect").isEmpty()) {
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        String body = body(peer, head, old);
        if (body == null) {
            return false;
        }
        String[] words = first.split(" ");
        String text = words[0] + " " + words[1] + " \"" + Corpus.escaped(body) + "\"";
        if (values(head, "Upgrade").isEmpty()) {
            seen.add(new Seen(text, head, peer.number));
            respond(peer, words[0], text);
            return !old;
        }
        seen.add(new Seen(text + " tunnel", head, peer.number));
        peer.send("HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        peer.in.readAllBytes();
        return false;
    }

    private static void respond(ScriptedServer.Peer peer, String method, String text)
            throws IOException {
        peer.send(
                "HTTP/1.1 200 OK\r\nContent-Length: "
                        + text.length()
                        + "\r\n\r\n"
                        + (method.equals("HEAD") ? "" : text));
    }

    private static String body(ScriptedServer.Peer peer, String head, boolean old)
            throws IOException {
        List<String> lengths = values(head, "Content-Length");
        List<String> codings = values(head, "Transfer-Encoding");
        require(lengths.size() + codings.size() <= 1, "two framings", head);
        if (!lengths.isEmpty()) {
            require(LENGTH.matcher(lengths.getFirst()).matches(), "length", head);
            int length = Integer.parseInt(lengths.getFirst());
            byte[] body = peer.in.readNBytes(length);
            return body.length < length ? null : Wire.latin(body);
        }
        if (codings.isEmpty()) {
            return "";
        }
        require(codings.getFirst().equalsIgnoreCase("chunked") && !old, "coding", head);
        return chunks(peer);
    }

    private static String chunks(ScriptedServer.Peer peer) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String line = line(peer);
            if (line == null) {
                return null;
            }
            var size = SIZE.matcher(line);
            require(size.matches(), "chunk size", line);
            int length = Integer.parseInt(size.group(1), 16);
            if (length == 0) {
                return trailers(peer) ? body.toString() : null;
            }
            byte[] data = peer.in.readNBytes(length);
            if (data.length < length) {
                return null;
            }
            body.append(Wire.latin(data));
            String end = line(peer);
            if (end == null) {
                return null;
            }
            require(end.isEmpty(), "chunk end", end);
        }
    }

    private static boolean trailers(ScriptedServer.Peer peer) throws IOException {
        for (String line = line(peer); line == null || !line.isEmpty(); line = line(peer)) {
            if (line == null) {
                return false;
            }
            require(FIELD.matcher(line).matches(), "trailer", line);
            boolean framing =
                    line.matches("(?i)(content.length|transfer.encoding|host|connection|expect).*");
            require(!framing, "trailer that frames", line);
        }
        return true;
    }

    /** Without its CRLF; null: the stream ends before. */
    private static String line(ScriptedServer.Peer peer) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = peer.in.read(); b >= 0; b = peer.in.read()) {
            if (b == '\r') {
                int next = peer.in.read();
                if (next < 0) {
                    return null;
                }
                require(next == '\n', "bare CR", line.toString());
                return line.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
            }
            require(b != '\n' && b != 0, "bare LF or NUL", line.toString());
            line.write(b);
        }
        return null;
    }

    private static List<String> values(String head, String name) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    private static void require(boolean holds, String what, String where) {
        if (!holds) {
            throw new Violation(what, where);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
