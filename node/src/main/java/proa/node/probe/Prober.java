package proa.node.probe;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.node.exchange.Security;
import proa.node.health.CheckMachine.Event;
import proa.node.tls.ServerSecurity;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import javax.net.ssl.SSLException;

/** One blocking probe of one server. */
final class Prober {

    /** A status line is short; a server that sends more before its end is not speaking HTTP. */
    private static final int STATUS_LINE_BYTES_MAX = 8 << 10;

    /** {@code HTTP/1.1 200}: version, space, three digits (RFC 9112 §4). */
    private static final int STATUS_START = 9;

    private static final int STATUS_END = 12;

    private final InetSocketAddress address;
    private final Check check;
    private final @Nullable Security security;
    private final long timeoutNanos;

    Prober(InetSocketAddress address, Check check, @Nullable Security security) {
        this.security = security;
        this.address = address;
        this.check = check;
        this.timeoutNanos = check.timeout().toNanos();
    }

    /** Probes and waits for the verdict, at most the check's timeout. */
    Event probe() {
        long started = System.nanoTime();
        try (Socket plain = new Socket();
                Socket socket = connected(plain, started)) {
            String failure =
                    switch (check.probe()) {
                        case Probe.Tcp() -> "";
                        case Probe.Http http -> ask(http, socket, started);
                    };
            return failure.isEmpty()
                    ? new Event.Passed(System.nanoTime() - started)
                    : new Event.Failed(failure);
        } catch (SocketTimeoutException e) {
            return new Event.Failed("no answer within " + check.timeout().toMillis() + " ms");
        } catch (IOException e) {
            return new Event.Failed(reason(e));
        }
    }

    private Socket connected(Socket plain, long started) throws IOException {
        plain.connect(address, millisLeft(started));
        if (security instanceof ServerSecurity tls) {
            plain.setSoTimeout(millisLeft(started));
            return tls.secure(plain, address);
        }
        return plain;
    }

    /** What is wrong with the answer, or nothing. */
    private String ask(Probe.Http http, Socket socket, long started) throws IOException {
        socket.getOutputStream().write(request(http));
        String line = statusLine(socket, started);
        if (!line.startsWith("HTTP/1.") || line.length() < STATUS_END) {
            return line.isEmpty() ? "closed without an answer" : "the answer is not HTTP/1";
        }
        String status = line.substring(STATUS_START, STATUS_END);
        return status.equals(Integer.toString(http.expectStatus()))
                ? ""
                : "status " + status + ", " + http.expectStatus() + " expected";
    }

    private byte[] request(Probe.Http http) {
        String host = http.host().orElse(address.getHostString() + ":" + address.getPort());
        return (http.method()
                        + " "
                        + http.uri()
                        + " HTTP/1.1\r\nHost: "
                        + host
                        + "\r\nUser-Agent: proa-check\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String statusLine(Socket socket, long started) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[STATUS_LINE_BYTES_MAX];
        int length = 0;
        while (length < bytes.length) {
            socket.setSoTimeout(millisLeft(started));
            int read = in.read(bytes, length, bytes.length - length);
            if (read < 0) {
                break;
            }
            for (int at = length; at < length + read; at++) {
                if (bytes[at] == '\n') {
                    return new String(bytes, 0, at, StandardCharsets.ISO_8859_1).stripTrailing();
                }
            }
            length += read;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * Milliseconds until the timeout of the whole probe, at least one: zero would mean for ever.
     */
    private int millisLeft(long started) throws SocketTimeoutException {
        long left = timeoutNanos - (System.nanoTime() - started);
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.max(1, left / 1_000_000);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case ConnectException _ -> "connection refused";
            case NoRouteToHostException _ -> "no route to host";
            case SSLException wrong -> "TLS: " + wrong.getMessage();
            default -> String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        };
    }
}
