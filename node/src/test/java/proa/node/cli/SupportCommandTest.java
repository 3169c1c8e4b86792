package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.admin.Level;
import proa.node.admin.LocalListener;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPInputStream;

/** {@code proa support} when nobody answers. */
class SupportCommandTest {

    @TempDir private Path directory;

    @Test
    void aBundleIsMadeOfANodeThatIsDownAndSaysSo() throws Exception {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path secret = run.resolve("admin-users");
        Files.writeString(secret, "anna:pbkdf2-sha512$1000$c2FsdA==$aGFzaA==:admin\n");
        Path file = directory.resolve("proa.conf");
        Files.writeString(
                file,
                """
                # call 555-0199 if this breaks
                frontends { http { rules = [ { set-header { Authorization = "Bearer hunter2" } } ] } }
                backends { shop { servers = [ { name = s0, address = "192.0.2.9:80", weight = 4 } ] } }
                """);
        Path bundle = directory.resolve("bundle.tar.gz");
        NodeCommands.Done done =
                NodeCommands.run(
                        run, "support", "-o", bundle.toString(), "--config", file.toString());
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out().strip()).isEqualTo(bundle.toString());
        assertThat(done.err()).contains("the node of " + run + " does not answer");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle)))
                .isEqualTo("rw-------");
        assertThat(unpacked(bundle))
                .contains("node.txt", "does not answer", "status.json", "silent: ", "vipd.json")
                .contains("host/proc/meminfo", "MemTotal")
                .contains("journal.txt", "addresses.txt", "routes.txt", "routing-rules.txt")
                .contains("configuration.conf", "weight = 4")
                .doesNotContain("hunter2", "pbkdf2", "555-0199");
    }

    /** A node of more servers than anybody has, and one that dies while it answers. */
    @Test
    void aBundleIsMadeOfAnswersThatAreTooLongOrNotWhole() throws Exception {
        Path bundle = directory.resolve("bundle.tar.gz");
        try (LocalListener node =
                LocalListener.open(
                        directory.resolve(Level.VIEW.file()),
                        "rw-------",
                        4,
                        SupportCommandTest::endlessOrHalf)) {
            assertThat(node).isNotNull();
            NodeCommands.Done done =
                    NodeCommands.run(directory, "support", "-o", bundle.toString());
            assertThat(done.code()).as(done.err()).isZero();
            assertThat(unpacked(bundle))
                    .contains("silent: no answer: it is longer than 32 MiB")
                    .contains("silent: no answer: closed in the middle of a word");
        }
    }

    private static void endlessOrHalf(SocketChannel client) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(1 << 12);
        client.read(request);
        boolean half = !new String(request.array(), StandardCharsets.UTF_8).contains("/status ");
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{\"half\":";
        client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)));
        while (!half) {
            client.write(ByteBuffer.allocate(1 << 20)); // until the other side has had enough
        }
    }

    /** Names and texts: the archive has them as they are. */
    private static String unpacked(Path bundle) throws Exception {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(bundle))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
