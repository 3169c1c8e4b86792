package proa.node.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells by a POST. Neither the URL nor the token is ever part of a message: both may be all that
 * somebody needs to write there. Redirects are not followed, so that the token goes nowhere else.
 */
final class Webhooks {

    private static final int SUCCESS = 2;

    private Webhooks() {}

    /** Why it did not work; empty: it did. */
    static String tell(String url, Optional<Path> token, Hook.Word word, Duration timeout)
            throws InterruptedException {
        String bearer = "";
        if (token.isPresent()) {
            try {
                bearer = firstLine(token.get());
            } catch (IOException e) {
                return "the token cannot be read: " + e.getClass().getSimpleName();
            }
        }
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
            Thread watch = Thread.ofVirtual().start(() -> cut(connection, timeout));
            try {
                int status = post(connection, bearer, word, (int) timeout.toMillis());
                return status / 100 == SUCCESS ? "" : "the web server answered " + status;
            } finally {
                watch.interrupt();
                connection.disconnect();
            }
        } catch (IOException | IllegalArgumentException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return "the web server could not be told: " + e.getClass().getSimpleName();
        }
    }

    private static String firstLine(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            return line == null ? "" : line.strip();
        }
    }

    /** However slowly an answer drips. */
    private static void cut(HttpURLConnection connection, Duration timeout) {
        try {
            Thread.sleep(timeout);
            connection.disconnect();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it was in time
        }
    }

    private static int post(
            HttpURLConnection connection, String bearer, Hook.Word word, int timeoutMillis)
            throws IOException {
        byte[] body = word.json().getBytes(StandardCharsets.UTF_8);
        connection.setRequestMethod("POST");
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(timeoutMillis);
        connection.setReadTimeout(timeoutMillis);
        connection.setUseCaches(false);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Connection", "close");
        if (!bearer.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + bearer);
        }
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        return connection.getResponseCode();
    }
}
