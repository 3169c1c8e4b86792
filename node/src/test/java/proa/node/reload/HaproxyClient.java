package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import proa.node.RequiredProgram;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Speaks to a stats socket as HAProxy's users do. */
final class HaproxyClient {

    private HaproxyClient() {}

    /** Everything that is said to one line, until the connection ends. */
    static String ask(Path socket, String commands) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            send(channel, commands);
            return until(channel, "");
        }
    }

    /** After {@code prompt}, one line after the other; what is said up to each prompt. */
    static String interactive(Path socket, String... lines) throws IOException {
        StringBuilder said = new StringBuilder();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            send(channel, "prompt");
            said.append(until(channel, "> "));
            for (String line : lines) {
                send(channel, line);
                said.append(until(channel, "> "));
            }
            send(channel, "quit");
            assertThat(until(channel, "")).isEmpty();
        }
        return said.toString();
    }

    private static void send(SocketChannel channel, String line) throws IOException {
        channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static String until(SocketChannel channel, String end) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(1 << 12);
        while (channel.read(some.clear()) >= 0) {
            all.write(some.array(), 0, some.position());
            if (!end.isEmpty() && all.toString(StandardCharsets.UTF_8).endsWith(end)) {
                break;
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** What is said through socat, as scripts do it. */
    static String socat(Path socket, String command) throws Exception {
        RequiredProgram.assume("socat");
        Process process =
                new ProcessBuilder("socat", "-t5", "stdio", "unix-connect:" + socket)
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** The values of one line of {@code show stat}, by their columns. */
    static Map<String, String> statistics(String csv, String proxy, String service) {
        List<String> lines = csv.lines().toList();
        String[] columns = lines.getFirst().substring(2).split(",", -1);
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            if (line.startsWith(proxy + "," + service + ",")) {
                String[] fields = line.split(",", -1);
                assertThat(fields).hasSameSizeAs(columns);
                for (int at = 0; at < columns.length; at++) {
                    values.put(columns[at], fields[at]);
                }
            }
        }
        return values;
    }
}
