package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.tls.ClusterAuthority;
import proa.node.admin.AdminServer;
import proa.node.admin.Inspection;
import proa.node.admin.Level;
import proa.node.admin.Router;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class CheckCommandTest {

    static final String SOUND =
            """
            schema = 1
            cluster {
              name = test
              nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
              tls { certificate = "%{node}.pem", key = "%{node}.key", authorities = ["ca.pem"] }
            }
            frontends { echo { bind { address = "127.0.0.1", port = 1 }, mode = tcp, backend = echo } }
            backends { echo { check { tcp = true }, servers = [ { name = e1, address = "127.0.0.1:7001" } ] } }
            """;

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("proa.conf"), SOUND);
    }

    @Test
    void aSoundFileIsOkWithItsHash() {
        Commands.Done done = Commands.run(new CheckCommand(), "check", "-c", file.toString());

        assertThat(done.code()).isZero();
        assertThat(done.out())
                .contains("warning: " + file + ":4: one node: nothing can fail over")
                .containsPattern(
                        "ok: cluster test, 1 node, 0 groups, 1 frontend, 1 backend, 1 warning, hash"
                                + " [0-9a-f]{64}\n");
    }

    @Test
    void everyViolationIsPrintedAndTheExitCodeIsTwo() throws IOException {
        Files.writeString(
                file,
                SOUND.replace("id = 1,", "id = 0,").replace("backend = echo", "backend = eco"));
        Commands.Done done = Commands.run(new CheckCommand(), "check", "-c", file.toString());

        assertThat(done.code()).isEqualTo(2);
        assertThat(done.out().lines())
                .containsExactly(
                        file + ":4: `id`: 0 is out of range (1 to 255)",
                        file + ":7: no backend is named \"eco\" (did you mean \"echo\"?)",
                        "2 violations");
    }

    @Test
    void aFileThatIsNotThereIsOneLine() {
        Commands.Done done =
                Commands.run(
                        new CheckCommand(), "check", "-c", folder.resolve("no.conf").toString());

        assertThat(done.code()).isEqualTo(2);
        assertThat(done.out()).contains("no.conf: no such file").doesNotContain("\tat ");
    }

    @Test
    void theHostIsCheckedToo() {
        String[] command = {"check", "-c", file.toString(), "--host", "--node", "lb1"};
        Commands.Done before = Commands.run(new CheckCommand(), command);
        Commands.run(
                new CertCommand(),
                "cert",
                "cluster",
                "-c",
                file.toString(),
                "--out",
                folder.toString());
        Commands.Done after = Commands.run(new CheckCommand(), command);

        assertThat(before.code()).isEqualTo(2);
        assertThat(before.out()).contains("lb1.pem: no such file");
        assertThat(after.out()).doesNotContain(".pem");
    }

    @Test
    void theListenersOfTheNodeThatRunsHereAreNoMatter() throws IOException {
        try (ServerSocket frontend =
                new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            String port = "port " + frontend.getLocalPort() + " of frontend echo is in use";
            Files.writeString(
                    file, SOUND.replace("port = 1 ", "port = " + frontend.getLocalPort() + " "));
            String[] command = {
                "check", "-c", file.toString(), "--host", "--node", "lb1", "--run-dir", "" + folder
            };
            Commands.run(
                    new CertCommand(), "cert", "cluster", "-c", "" + file, "--out", "" + folder);
            assertThat(Commands.run(new CheckCommand(), command).out()).contains(port);
            NoControl nobody = new NoControl();
            Inspection node = new Bound("127.0.0.1:" + frontend.getLocalPort());
            try (AdminServer running =
                    AdminServer.open(
                            folder, Level.VIEW, new Router(node, nobody, nobody, nobody))) {
                assertThat(running).isNotNull();
                assertThat(Commands.run(new CheckCommand(), command).out()).doesNotContain(port);
            }
        }
    }

    /** A node with one frontend. */
    private record Bound(String address) implements Inspection {

        @Override
        public Map<String, Object> status() {
            return Map.of(
                    "frontends",
                    List.of(Map.of("name", "echo", "address", address, "bound", true)));
        }

        @Override
        public List<String> lacking() {
            return List.of();
        }

        @Override
        public boolean live() {
            return true;
        }
    }

    @Test
    void aFileOfSessionUsersThatIsWrongIsSaidBeforeTheStart() throws IOException {
        Path users = folder.resolve("users");
        Files.writeString(users, "app:not-a-hash\n");
        Files.writeString(
                file,
                SOUND.replace(
                        "frontends {",
                        """
                        frontends {
                          sessions {
                            bind { address = "127.0.0.1", port = 6379 }
                            mode = sessions, users = "users"
                          }
                        """));
        Commands.Done done =
                Commands.run(
                        new CheckCommand(),
                        "check",
                        "-c",
                        file.toString(),
                        "--host",
                        "--node",
                        "lb1");
        assertThat(done.out()).contains(users + ":1: not a password hash");
        assertThat(done.code()).isEqualTo(2);
    }

    @Test
    void anErrorPageThatIsNotThereIsSaidBeforeTheStart() throws IOException {
        Files.writeString(
                file,
                SOUND.replace("mode = tcp", "mode = http, error-pages { 503 = \"sorry.html\" }"));
        Commands.Done done =
                Commands.run(
                        new CheckCommand(),
                        "check",
                        "-c",
                        file.toString(),
                        "--host",
                        "--node",
                        "lb1");
        assertThat(done.out()).contains(folder.resolve("sorry.html") + ": there is no such file");
        assertThat(done.code()).isEqualTo(2);
    }

    @Test
    void certificateFilesAreLookedIntoAndAMissingOneMattersOnlyHere() throws IOException {
        Files.writeString(folder.resolve("bad.pem"), "nothing");
        Files.writeString(
                file,
                SOUND.replace(
                        "frontends {",
                        """
                        frontends {
                          tls { bind { address = "127.0.0.1", port = 7443 }, backend = echo, mode = tcp
                            tls { certificates = ["gone.pem", "bad.pem"] }
                          }
                        """));
        Commands.Done done = Commands.run(new CheckCommand(), "check", "-c", file.toString());
        Commands.Done here =
                Commands.run(
                        new CheckCommand(),
                        "check",
                        "-c",
                        file.toString(),
                        "--host",
                        "--node",
                        "lb1");

        assertThat(done.code()).isEqualTo(2);
        assertThat(done.out())
                .containsPattern(":[0-9]+: .*bad.pem: no certificate in it")
                .contains("1 violation");
        assertThat(here.out()).contains("gone.pem: no such file", "2 violations");
    }

    /** The package asks before every start, perhaps with a clock that is not set yet. */
    @Test
    void aCertificateThatIsOverKeepsNobodyFromStarting() throws Exception {
        SecureRandom random = new SecureRandom();
        Instant then = Instant.now().minus(Duration.ofDays(200));
        ClusterAuthority.Issued root = ClusterAuthority.create("test", then, random);
        ClusterAuthority.Issued shop =
                ClusterAuthority.of(root.certificate(), root.key())
                        .issue("shop.example", List.of(), then, Duration.ofDays(90), random);
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        bundle.writeBytes(shop.certificate());
        bundle.writeBytes(shop.key());
        Files.write(folder.resolve("shop.pem"), bundle.toByteArray());
        Files.writeString(
                file,
                SOUND.replace("mode = tcp", "mode = tcp, tls { certificates = [\"shop.pem\"] }"));
        Commands.Done done = Commands.run(new CheckCommand(), "check", "-c", file.toString());

        assertThat(done.code()).isZero();
        assertThat(done.out())
                .containsPattern("warning: .*shop.pem: the certificate .* expired on");
    }

    @Test
    void aNodeThatIsNotListedIsRefused() {
        Commands.Done done =
                Commands.run(new CheckCommand(), "check", "-c", file.toString(), "--node", "lb7");

        assertThat(done.code()).isEqualTo(2);
        assertThat(done.out())
                .contains("this node, \"lb7\", is not listed (did you mean \"lb1\"?)");
    }
}
