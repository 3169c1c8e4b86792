package proa.node.admin;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent back over HTTP.
 *
 * @param status of HTTP
 * @param fields lines without their ends, besides length and connection
 * @param body bytes of the body; not changed by anybody
 * @param stream writes what follows as long as both sides want; null: the body is all
 */
public record WebAnswer(int status, List<String> fields, byte[] body, @Nullable Stream stream) {

    private static final String JSON = "application/json";

    public WebAnswer {
        fields = List.copyOf(fields);
    }

    /** A body without an end. */
    @FunctionalInterface
    public interface Stream {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    /** A document. */
    public static WebAnswer of(Answer answer, String... fields) {
        byte[] body = (Json.of(answer.document()) + "\n").getBytes(StandardCharsets.UTF_8);
        return new WebAnswer(answer.status(), List.of(), body, null)
                .with("Content-Type: " + JSON)
                .with("Cache-Control: no-store")
                .with(fields);
    }

    /** Bytes of some type. */
    public static WebAnswer of(int status, String type, byte[] body) {
        return new WebAnswer(status, List.of("Content-Type: " + type), body, null);
    }

    /** The same with more fields. */
    public WebAnswer with(String... more) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(List.of(more));
        return new WebAnswer(status, all, body, stream);
    }

    /**
     * Sends it.
     *
     * @param withBody false for an answer to HEAD
     */
    void writeTo(OutputStream out, boolean withBody) throws IOException, InterruptedException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(Answer.reason(status));
        head.append("\r\n");
        fields.forEach(field -> head.append(field).append("\r\n"));
        if (stream == null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (withBody) {
            out.write(body);
        }
        out.flush();
        Stream more = stream;
        if (withBody && more != null) {
            more.writeTo(out);
        }
    }
}
