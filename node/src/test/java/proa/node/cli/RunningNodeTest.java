package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import proa.config.file.KernelFiles;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

class RunningNodeTest {

    @TempDir private Path run;

    /** Any command that has the options. */
    @Command
    private static final class Asker {
        @Mixin private RunningNode running = new RunningNode();
    }

    private Path directory(String... options) throws IOException {
        Asker asker = new Asker();
        new CommandLine(asker).parseArgs(options);
        return asker.running.directory(run);
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(run.resolve(name));
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket));
    }

    /** As a process leaves it that has ended. */
    private void ended(String name, String socket) throws IOException {
        listen(folder(name).resolve(socket)).close();
    }

    private Path file(String... nodes) throws IOException {
        StringBuilder members = new StringBuilder();
        for (int id = 1; id <= nodes.length; id++) {
            members.append(
                    "\n\"%s\" { id = %d, addresses = [\"10.0.0.%d\"] }"
                            .formatted(nodes[id - 1], id, id));
        }
        return Files.writeString(
                run.resolve("proa.conf"),
                "schema = 1\ncluster { name = shop, insecure = true, nodes {%s } }\n"
                        .formatted(members));
    }

    @Test
    void whatIsLeftOfAnotherNameIsNoNodeThatRuns() throws Exception {
        ended("market/lb1", "node.sock");
        ended("market/lb1", "vipd.sock");
        folder("market/lb2");
        Path now = folder("shop/lb1");
        try (ServerSocketChannel node = listen(now.resolve("node.sock"))) {
            assertThat(node.isOpen()).isTrue();
            assertThat(directory()).isEqualTo(now);
        }
        Path vipdAlone = folder("shop/lb3");
        try (ServerSocketChannel vipd = listen(vipdAlone.resolve("vipd.sock"))) {
            assertThat(vipd.isOpen()).isTrue();
            assertThat(directory()).isEqualTo(vipdAlone);
        }
        assertThatThrownBy(this::directory).hasMessageStartingWith("no node runs under " + run);
    }

    @Test
    void theOnlyFolderIsMeantThoughNothingRunsThere() throws Exception {
        Path only = folder("shop/lb1");
        assertThat(directory()).isEqualTo(only);
    }

    @Test
    void ofSeveralThatRunTheFileSaysWhichIfTheNodeIsCalledAsTheHost() throws Exception {
        Path first = folder("shop/first");
        Path second = folder("shop/second");
        try (ServerSocketChannel one = listen(first.resolve("node.sock"));
                ServerSocketChannel other = listen(second.resolve("node.sock"))) {
            assertThat(one.isOpen() && other.isOpen()).isTrue();
            assertThatThrownBy(this::directory)
                    .hasMessageStartingWith("several nodes run here; name one with --run-dir: ");
            String host = KernelFiles.nodeName();
            String file = file("first", host).toString();
            assertThat(directory("-c", file)).isEqualTo(run.resolve("shop").resolve(host));
            assertThat(directory("-c", file, "--node", "first")).isEqualTo(first);
        }
    }
}
