package proa.chaos.bench.state;

import proa.node.admin.JsonReader;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What programs say of a client's counters, asked on their local sockets. */
final class Question {

    static final Pattern REQUESTS = Pattern.compile("http_req_cnt=(\\d+)");
    static final Pattern USED = Pattern.compile("used:(\\d+)");

    private Question() {}

    /** Requests of a client, as a member of Proa counts them over all nodes. */
    static long proa(Path socket, String client) throws IOException {
        return parseProa(
                ask(
                        socket,
                        "GET /tables/clients/entry?key="
                                + client
                                + " HTTP/1.1\r\nHost: proa\r\nConnection: close\r\n\r\n"));
    }

    /** Of the answer with its head; 0 of a client that is not there. */
    static long parseProa(String answer) throws IOException {
        int body = answer.indexOf("\r\n\r\n");
        if (body >= 0 && JsonReader.read(answer.substring(body + 4)) instanceof Map<?, ?> entry) {
            if (entry.get("counters") instanceof List<?> counters
                    && counters.getFirst() instanceof Map<?, ?> first
                    && first.get("total") instanceof Number total) {
                return total.longValue();
            }
            if (Boolean.FALSE.equals(entry.get("found"))) {
                return 0;
            }
        }
        throw new IOException("Proa said: " + answer.strip());
    }

    /** Requests of a client, as a HAProxy counts them. */
    static long haproxy(Path socket, String client) throws IOException {
        return number(ask(socket, "show table clients key " + client + "\n"), REQUESTS);
    }

    /** Clients that a HAProxy knows. */
    static long haproxyEntries(Path socket) throws IOException {
        return number(ask(socket, "show table\n"), USED);
    }

    /** The first number of that kind; 0 without. */
    static long number(String said, Pattern pattern) {
        Matcher found = pattern.matcher(said);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    /** Sends a text; what comes back until the other side closes. */
    static String ask(Path socket, String text) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return new String(
                    Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
