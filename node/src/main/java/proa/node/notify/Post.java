package proa.node.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Sends a body by POST. Neither the URL nor a field is ever part of a message: both may be all that
 * somebody needs to write there. Redirects are not followed, so that a token goes nowhere else.
 */
final class Post {

    private static final int SUCCESS = 2;

    private Post() {}

    /**
     * Sends it once, within the time, however slowly an answer drips.
     *
     * @param fields of the request
     * @return why it did not work; empty: it did
     */
    static String send(String url, Map<String, String> fields, byte[] body, Duration timeout)
            throws InterruptedException {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
            Thread watch = Thread.ofVirtual().start(() -> cut(connection, timeout));
            try {
                int status = post(connection, fields, body, (int) timeout.toMillis());
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

    /** The first line of a file with a token. */
    static String token(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            return line == null ? "" : line.strip();
        }
    }

    private static void cut(HttpURLConnection connection, Duration timeout) {
        try {
            Thread.sleep(timeout);
            connection.disconnect();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // it was in time
        }
    }

    private static int post(
            HttpURLConnection connection,
            Map<String, String> fields,
            byte[] body,
            int timeoutMillis)
            throws IOException {
        connection.setRequestMethod("POST");
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(timeoutMillis);
        connection.setReadTimeout(timeoutMillis);
        connection.setUseCaches(false);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty("Connection", "close");
        fields.forEach(connection::setRequestProperty);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        return connection.getResponseCode();
    }
}
