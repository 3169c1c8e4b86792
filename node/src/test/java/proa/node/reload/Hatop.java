package proa.node.reload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** hatop in a terminal of its own, looked at and typed into. */
final class Hatop implements AutoCloseable {

    private final Process process;
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    Hatop(Path socket) throws IOException {
        String inside = "stty rows 50 cols 150; exec hatop -s '" + socket + "'";
        ProcessBuilder builder =
                new ProcessBuilder("script", "-qfec", inside, "/dev/null")
                        .redirectErrorStream(true);
        builder.environment().put("TERM", "linux");
        process = builder.start();
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (InputStream in = process.getInputStream()) {
            byte[] some = new byte[1 << 12];
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                synchronized (screen) {
                    screen.write(some, 0, count);
                }
            }
        } catch (IOException _) {
            // it has ended
        }
    }

    /** Everything drawn so far, without what moves the cursor and colours. */
    String drawn() {
        synchronized (screen) {
            return screen.toString(StandardCharsets.ISO_8859_1)
                    .replaceAll("\\u001b\\[[0-9;?]*[A-Za-z]", " ");
        }
    }

    void type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
