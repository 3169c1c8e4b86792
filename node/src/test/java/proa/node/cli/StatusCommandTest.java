package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.node.admin.AdminServer;
import proa.node.admin.Inspection;
import proa.node.admin.JsonReader;
import proa.node.admin.Level;
import proa.node.admin.Router;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class StatusCommandTest {

    @TempDir Path folder;

    private static Inspection node() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("node", "lb1");
        status.put("ready", true);
        status.put("servers", List.of(Map.of("name", "web1"), Map.of("name", "web22")));
        return new Inspection() {
            @Override
            public Map<String, Object> status() {
                return status;
            }

            @Override
            public List<String> lacking() {
                return List.of();
            }

            @Override
            public boolean live() {
                return true;
            }
        };
    }

    /** Answers one status request as vipd does. */
    private static void vipd(ServerSocketChannel server) {
        try (SocketChannel client = server.accept()) {
            LinkCodec codec = new LinkCodec();
            ByteBuffer some = ByteBuffer.allocate(1024);
            while (!(codec.next() instanceof LinkMessage.StatusRequest)) {
                client.read(some.clear());
                codec.feed(some.flip());
            }
            client.write(
                    ByteBuffer.wrap(LinkCodec.encode(new LinkMessage.Status("{\"groups\":[]}"))));
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private Commands.Done status(String... more) throws IOException {
        AdminServer admin =
                AdminServer.open(
                        folder,
                        Level.ADMIN,
                        new Router(node(), new NoControl(), new NoControl(), new NoControl()));
        try (ServerSocketChannel vipd = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            vipd.bind(UnixDomainSocketAddress.of(folder.resolve("vipd.sock")));
            Thread.ofVirtual().start(() -> vipd(vipd));
            Stream<String> arguments =
                    Stream.concat(
                            Stream.of("status", "--run-dir", folder.toString()), Stream.of(more));
            return Commands.run(new StatusCommand(), arguments.toArray(String[]::new));
        } finally {
            admin.close();
        }
    }

    @Test
    void bothProcessesAreShownWithTables() throws IOException {
        Commands.Done done = status();

        assertThat(done.code()).isZero();
        assertThat(done.out())
                .isEqualTo(
                        """
                        node
                          node: lb1
                          ready: true
                          servers
                            name
                            web1
                            web22
                        vipd
                          groups: -
                        """);
    }

    @Test
    void jsonIsOneDocument() throws IOException {
        Commands.Done done = status("--json");

        assertThat(JsonReader.read(done.out()))
                .isEqualTo(
                        Map.of(
                                "node",
                                Map.of(
                                        "node",
                                        "lb1",
                                        "ready",
                                        true,
                                        "servers",
                                        List.of(Map.of("name", "web1"), Map.of("name", "web22"))),
                                "vipd",
                                Map.of("groups", List.of())));
    }

    @Test
    void whatDoesNotRunIsSaidAndTheExitCodeIsOne() {
        Commands.Done done =
                Commands.run(new StatusCommand(), "status", "--run-dir", folder.toString());

        assertThat(done.code()).isEqualTo(1);
        assertThat(done.out()).contains("node: not running").contains("vipd: not running");
    }

    @Test
    void aSocketThatNobodyServesIsNotRunning() throws IOException {
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(folder.resolve("node.sock")));
        }
        Commands.Done done =
                Commands.run(new StatusCommand(), "status", "--run-dir", folder.toString());

        assertThat(done.code()).isEqualTo(1);
        assertThat(done.out()).contains("node: not running (");
    }

    @Test
    void tablesAreAligned() {
        Object document =
                JsonReader.read("[{\"a\":1,\"bb\":\"long\"},{\"a\":222,\"bb\":\"\",\"c\":[1,2]}]");

        assertThat(Outline.of(document))
                .isEqualTo("  a    bb    c\n  1    long  -\n  222  -     1, 2\n");
    }
}
