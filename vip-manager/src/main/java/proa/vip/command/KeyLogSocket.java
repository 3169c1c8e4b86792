package proa.vip.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The node of this host, asked for the TLS secrets of one frontend on its socket for admins. */
final class KeyLogSocket {

    /** A node keeps at most 20,000 lines, of up to 300 bytes. */
    private static final int ANSWER_BYTES_MAX = 8 << 20;

    private static final int READ_BYTES = 64 << 10;

    /** Label, random of the client, secret: the node writes nothing into them to be escaped. */
    private static final Pattern LINE = Pattern.compile("\"([A-Z0-9_]+ [0-9a-f]+ [0-9a-f]+)\"");

    private static final Pattern LOST = Pattern.compile("\"lost\":(\\d+)");
    private static final Pattern ERROR = Pattern.compile("\"error\":\"([^\"\\\\]*)");

    private final Path path;

    /**
     * What a frontend's handshakes have agreed on.
     *
     * @param lines in the format of NSS
     * @param lost how many found no room in the node
     */
    record Kept(List<String> lines, long lost) {
        Kept {
            lines = List.copyOf(lines);
        }
    }

    /** At that socket. */
    KeyLogSocket(Path path) {
        this.path = path;
    }

    /**
     * From now on, for so long at most: those of all of these frontends, or of none.
     *
     * @throws IOException with one line for the operator
     */
    void begin(List<String> frontends, long seconds) throws IOException {
        List<String> begun = new ArrayList<>();
        try {
            for (String frontend : frontends) {
                String _ = ask("/frontends/" + frontend + "/keys/begin?seconds=" + seconds);
                begun.add(frontend);
            }
        } catch (IOException e) {
            for (String frontend : begun) {
                Kept _ = end(frontend);
            }
            throw e;
        }
    }

    /** What there is since; the node forgets it. */
    Kept end(String frontend) throws IOException {
        String answer = ask("/frontends/" + frontend + "/keys/end");
        List<String> lines = new ArrayList<>();
        Matcher line = LINE.matcher(answer);
        while (line.find()) {
            lines.add(line.group(1));
        }
        Matcher lost = LOST.matcher(answer);
        return new Kept(lines, lost.find() ? Long.parseLong(lost.group(1)) : 0);
    }

    private String ask(String target) throws IOException {
        String answer;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            String request =
                    "POST " + target + " HTTP/1.1\r\nHost: proa\r\nConnection: close\r\n\r\n";
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            answer = read(channel);
        } catch (IOException e) {
            throw new IOException("no TLS keys: " + path + ": " + e.getMessage(), e);
        }
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            Matcher why = ERROR.matcher(answer);
            throw new IOException("no TLS keys: " + (why.find() ? why.group(1) : "no answer"));
        }
        return answer;
    }

    private static String read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(READ_BYTES);
        while (all.size() < ANSWER_BYTES_MAX && channel.read(some.clear()) >= 0) {
            all.write(some.array(), 0, some.position());
        }
        return all.toString(StandardCharsets.US_ASCII);
    }
}
