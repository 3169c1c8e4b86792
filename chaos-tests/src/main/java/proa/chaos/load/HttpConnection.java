package proa.chaos.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A client's HTTP/1.1 connection; one request at a time. Blocks. */
final class HttpConnection implements AutoCloseable {

    /** Lets a lost SYN be repeated after 1 s. */
    private static final int CONNECT_TIMEOUT_MILLIS = 4_000;

    static final int READ_TIMEOUT_MILLIS = 6_000;
    private static final int LINE_BYTES_MAX = 8 << 10;

    private final Socket socket;
    private final InputStream in;
    private boolean anyByte;
    private String host = "demo";

    /** A complete answer. */
    record Response(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean lastOfConnection() {
            return header("connection").equalsIgnoreCase("close");
        }
    }

    private HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 2 << 10);
    }

    static HttpConnection open(InetAddress source, InetSocketAddress target) throws IOException {
        return new HttpConnection(connect(source, target));
    }

    /** What its requests name as their host. */
    HttpConnection named(String name) {
        host = name;
        return this;
    }

    /** How long each octet of an answer is waited for. */
    HttpConnection within(int readTimeoutMillis) throws IOException {
        socket.setSoTimeout(readTimeoutMillis);
        return this;
    }

    /** From this host's own address. */
    static HttpConnection open(InetSocketAddress target) throws IOException {
        return open(new InetSocketAddress(0).getAddress(), target);
    }

    /** A connected socket from that source address. */
    static Socket connect(InetAddress source, InetSocketAddress target) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(target, CONNECT_TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * One request and its answer.
     *
     * @param cookie empty: none
     * @param last whether the connection is to end with it
     */
    Response get(String path, String cookie, boolean last) throws IOException {
        return ask("GET", path, cookie, last);
    }

    /** The same with another method, without a body. */
    Response ask(String method, String path, String cookie, boolean last) throws IOException {
        anyByte = false;
        String request =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + host
                        + "\r\n"
                        + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n")
                        + (last ? "Connection: close\r\n" : "")
                        + (method.equals("POST") ? "Content-Length: 0\r\n" : "")
                        + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String statusLine = line();
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(":", 2);
            headers.put(
                    parts[0].toLowerCase(Locale.ROOT), parts.length > 1 ? parts[1].strip() : "");
        }
        int length = number(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("the body ended after " + body.length + " of " + length);
        }
        return new Response(
                status(statusLine), headers, new String(body, StandardCharsets.US_ASCII));
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || words[1].length() != 3) {
            throw new IOException("no status line: " + line);
        }
        return number(words[1]);
    }

    private static int number(String text) throws IOException {
        if (!text.matches("\\d{1,9}")) {
            throw new IOException("no number: " + text);
        }
        return Integer.parseInt(text);
    }

    /** Whether anything of an answer to the current request has arrived. */
    boolean receivedAny() {
        return anyByte;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0 || line.length() > LINE_BYTES_MAX) {
                throw new IOException(
                        anyByte ? "the answer was cut short" : "closed without an answer");
            }
            anyByte = true;
            if (octet != '\r') {
                line.append((char) octet);
            }
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
