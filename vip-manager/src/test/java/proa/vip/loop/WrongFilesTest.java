package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;
import proa.vip.lab.Program;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What vipd is configured with cannot be used: one line says why, and the exit code is 2, which its
 * supervisors do not try again.
 */
final class WrongFilesTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String GROUPS =
            """
            groups { web { vrid = 51, prefer = [lb1, lb2], vips { main = "127.78.11.100" } } }
            """;

    @TempDir private Path folder;
    private ClusterAuthority authority;

    @BeforeEach
    void write() throws Exception {
        Issued root = ClusterAuthority.create("t", Instant.now(), RANDOM);
        authority = ClusterAuthority.of(root.certificate(), root.key());
        Files.write(folder.resolve("ca.pem"), root.certificate());
        issue("lb1");
        issue("lb2");
    }

    private void issue(String node) throws Exception {
        Issued issued =
                authority.issue(
                        node,
                        List.of(InetAddress.ofLiteral("127.78.11.1")),
                        Instant.now(),
                        Duration.ofDays(1),
                        RANDOM);
        Files.write(folder.resolve(node + ".pem"), issued.certificate());
        Files.write(folder.resolve(node + ".key"), issued.key());
    }

    /** Starts it and waits for its end; the only line that it prints for the operator. */
    private String refusal(String groups, String node) throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("proa.conf"),
                        """
                        schema = 1
                        cluster {
                          name = t, timing = vm, ownership = bind
                          nodes { lb1 { id = 1, addresses = ["127.78.11.1"] }, lb2 { id = 2, addresses = ["127.78.11.2"] } }
                          tls { certificate = "lb1.pem", key = "lb1.key", authorities = ["ca.pem"] }
                        }
                        """
                                + groups);
        try (Program vipd = start(file, node)) {
            assertThat(vipd.await()).as(vipd.output()).isEqualTo(2);
            assertThat(vipd.output()).doesNotContain("\tat ");
            List<String> lines =
                    vipd.output().lines().filter(line -> line.startsWith("vipd: ")).toList();
            assertThat(lines).as(vipd.output()).hasSize(1);
            return lines.getFirst();
        }
    }

    private Program start(Path file, String node) throws IOException {
        return new Program(
                List.of(),
                folder.resolve("vipd.log"),
                "proa.vip.loop.Vipd",
                List.of(
                        "-c",
                        file.toString(),
                        "--node",
                        node,
                        "--run-dir",
                        folder.resolve("run").toString()));
    }

    @Test
    void aCertificateThatIsNotThere() throws Exception {
        Files.delete(folder.resolve("lb1.pem"));

        assertThat(refusal(GROUPS, "lb1"))
                .startsWith("vipd: " + folder.resolve("lb1.pem") + ": no such file")
                .contains("proa cert node --cluster t --node lb1");
    }

    @Test
    void theCertificateOfAnotherNode() throws Exception {
        Files.move(
                folder.resolve("lb2.pem"),
                folder.resolve("lb1.pem"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                folder.resolve("lb2.key"),
                folder.resolve("lb1.key"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(refusal(GROUPS, "lb1"))
                .isEqualTo(
                        "vipd: the certificate %s is of node 'lb2', this is 'lb1'"
                                .formatted(folder.resolve("lb1.pem")));
    }

    /** Seen only when the loop runs already. */
    @Test
    void theKeyOfAnotherCertificate() throws Exception {
        Files.move(
                folder.resolve("lb2.key"),
                folder.resolve("lb1.key"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(refusal(GROUPS, "lb1"))
                .startsWith(
                        "vipd: %s, %s: "
                                .formatted(folder.resolve("lb1.pem"), folder.resolve("lb1.key")));
    }

    @Test
    void aFileWithoutGroups() throws Exception {
        assertThat(refusal("", "lb1"))
                .isEqualTo("vipd: the file has no groups: there is no address to own");
    }
}
