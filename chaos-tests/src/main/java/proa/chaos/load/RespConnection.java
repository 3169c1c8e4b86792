package proa.chaos.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client's connection in the Redis protocol, RESP2; one command at a time. Blocks. */
final class RespConnection implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MILLIS = 1_500;
    static final int READ_TIMEOUT_MILLIS = 5_000;
    private static final int LINE_BYTES_MAX = 64 << 10;

    private final Socket socket;
    private final InputStream in;

    private RespConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 4 << 10);
    }

    static RespConnection open(InetSocketAddress target) throws IOException {
        return open(target, READ_TIMEOUT_MILLIS);
    }

    /**
     * @param readTimeoutMillis an answer is waited for no longer than that
     */
    static RespConnection open(InetSocketAddress target, int readTimeoutMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(readTimeoutMillis);
            socket.connect(target, CONNECT_TIMEOUT_MILLIS);
            return new RespConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The server answered with an error; the connection is still good. */
    static final class ErrorReply extends IOException {
        ErrorReply(String message) {
            super(message);
        }
    }

    /** Writes a session; returns when it is acknowledged. */
    void set(String key, String value, int seconds) throws IOException {
        String reply = command("SET", key, value, "EX", Integer.toString(seconds));
        if (!reply.equals("OK")) {
            throw new IOException("SET was answered " + reply);
        }
    }

    /** A session's value; empty when there is none. */
    String get(String key) throws IOException {
        return command("GET", key);
    }

    /** The same for many, asked at once; values in the order of the keys. */
    List<String> get(List<String> keys) throws IOException {
        StringBuilder requests = new StringBuilder();
        keys.forEach(key -> append(requests, "GET", key));
        send(requests);
        List<String> values = new ArrayList<>();
        IOException refused = null;
        for (int at = 0; at < keys.size(); at++) {
            try {
                values.add(reply());
            } catch (ErrorReply e) {
                refused = e;
            }
        }
        if (refused != null) {
            throw refused;
        }
        return values;
    }

    /** Removes a session; returns when that is acknowledged. */
    void delete(String key) throws IOException {
        command("DEL", key);
    }

    private String command(String... words) throws IOException {
        StringBuilder request = new StringBuilder();
        append(request, words);
        send(request);
        return reply();
    }

    private static void append(StringBuilder request, String... words) {
        request.append('*').append(words.length).append("\r\n");
        for (String word : words) {
            request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
    }

    private void send(StringBuilder requests) throws IOException {
        socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private String reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> rest;
            case '-' -> throw new ErrorReply(rest);
            case '$' -> {
                if (!rest.matches("-1|\\d{1,9}")) {
                    throw new IOException("no length: " + line);
                }
                yield bulk(Integer.parseInt(rest));
            }
            default -> throw new IOException("unexpected reply " + line);
        };
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return "";
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new IOException("the reply was cut short");
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0 || line.length() > LINE_BYTES_MAX) {
                throw new IOException("closed without a reply");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        if (line.isEmpty()) {
            throw new IOException("an empty reply");
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
