package proa.node.protocol;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads HTTP/1.1 from a stream, plainly: the tests' own opinion of where messages end. */
public final class Wire {

    private Wire() {}

    /**
     * One message.
     *
     * @param head with its empty line
     * @param raw the body with its framing
     * @param body the body without
     */
    public record Message(String head, byte[] raw, byte[] body) {
        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        public String text() {
            return latin(body);
        }

        /** Value of the first field of that name, or "". */
        public String field(String name) {
            for (String line : head.split("\r\n")) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                    return line.substring(colon + 1).trim();
                }
            }
            return "";
        }

        public boolean has(String name) {
            return ("\r\n" + head)
                    .toLowerCase(Locale.ROOT)
                    .contains("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
        }
    }

    public static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** A head, or null at the end of the stream. */
    public static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                if (head.size() == 0) {
                    return null;
                }
                throw new EOFException("in a head: " + head.toString(StandardCharsets.ISO_8859_1));
            }
            head.write(b);
            boolean fits = b == (matched % 2 == 0 ? '\r' : '\n');
            matched = fits ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** A request with its body, or null at the end of the stream. */
    public static Message request(InputStream in) throws IOException {
        String head = head(in);
        return head == null ? null : withBody(in, head, false);
    }

    /** A response with its body; {@code toHead}: it has none. */
    public static Message response(InputStream in, boolean toHead) throws IOException {
        String head = head(in);
        if (head == null) {
            throw new EOFException("no response");
        }
        Message bare = new Message(head, new byte[0], new byte[0]);
        int status = bare.status();
        boolean none = toHead || status < 200 || status == 204 || status == 304;
        return none ? bare : withBody(in, head, true);
    }

    private static Message withBody(InputStream in, String head, boolean untilClose)
            throws IOException {
        Message bare = new Message(head, new byte[0], new byte[0]);
        if (bare.has("Transfer-Encoding")) {
            return chunked(in, head);
        }
        if (bare.has("Content-Length")) {
            int length = Integer.parseInt(bare.field("Content-Length"));
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("in a body");
            }
            return new Message(head, body, body);
        }
        byte[] rest = untilClose ? in.readAllBytes() : new byte[0];
        return new Message(head, rest, rest);
    }

    private static Message chunked(InputStream in, String head) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line(in, raw);
            int size = Integer.parseInt(line.split(";")[0].trim(), 16);
            if (size == 0) {
                while (!line(in, raw).isEmpty()) {
                    // a trailer
                }
                return new Message(head, raw.toByteArray(), body.toByteArray());
            }
            byte[] data = in.readNBytes(size);
            raw.write(data);
            body.write(data);
            line(in, raw);
        }
    }

    private static String line(InputStream in, ByteArrayOutputStream raw) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); ; b = in.read()) {
            if (b < 0) {
                throw new EOFException("in a line");
            }
            raw.write(b);
            if (b == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) b);
        }
    }
}
