package proa.node.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The openssl program as a client. */
public final class OpenSslCli {

    private static final long SECONDS_MAX = 60;

    private OpenSslCli() {}

    /** Runs it; what it printed on both outputs. It may fail: that is for the test to see. */
    public static String run(Path folder, String input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            // It ended before it read anything: its output says why.
        }
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("openssl did not end: " + output);
        }
        return output;
    }

    /** Connects, asks for {@code /} and stays until the server ends the connection. */
    public static String get(Path folder, InetSocketAddress to, String... options)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(
                        List.of("s_client", "-connect", "127.0.0.1:" + to.getPort(), "-ign_eof"));
        arguments.addAll(List.of(options));
        return run(
                folder,
                "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n",
                arguments.toArray(String[]::new));
    }
}
