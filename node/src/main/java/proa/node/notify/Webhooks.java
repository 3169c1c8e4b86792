package proa.node.notify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tells a web server of an event. */
final class Webhooks {

    private Webhooks() {}

    /** Why it did not work; empty: it did. */
    static String tell(String url, Optional<Path> token, Hook.Word word, Duration timeout)
            throws InterruptedException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Content-Type", "application/json");
        if (token.isPresent()) {
            try {
                fields.put("Authorization", "Bearer " + Post.token(token.get()));
            } catch (IOException e) {
                return "the token cannot be read: " + e.getClass().getSimpleName();
            }
        }
        byte[] body = word.json().getBytes(StandardCharsets.UTF_8);
        return Post.send(url, fields, body, timeout);
    }
}
