package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.node.reload.StartException;
import proa.node.tls.TestAuthority;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Arguments that are read without the library for commands, and those that are left to it. */
class NodeCommandTest {

    private static final String MEMBERS =
            """
            schema = 1
            cluster {
              name = test, ownership = bind
              nodes { lb1 { id = 1, addresses = ["127.78.12.1"] }, lb2 { id = 2, addresses = ["127.78.12.2"] } }
              tls { certificate = "lb1.pem", key = "lb1.pem", authorities = ["ca.pem"] }
            }
            groups { web { vrid = 51, prefer = [lb1, lb2], vips { main = "127.78.12.100" } } }
            frontends {
              web {
                bind { address = "127.78.12.1", port = 9443 }, mode = http, backend = none
                tls { certificates = ["web.pem"] }
              }
            }
            backends { none { servers = [ { name = none, address = "127.78.12.1:9" } ] } }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c proa.conf",
                "--config proa.conf --node lb1",
                "--node lb1 --run-dir run --state-dir state -c proa.conf"
            })
    void whatAUnitSaysIsPlain(String arguments) {
        assertThat(NodeCommand.plain(words(arguments))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-c",
                "--node lb1",
                "-c proa.conf --node",
                "-c proa.conf -c other.conf",
                "-c proa.conf --config other.conf",
                "-c proa.conf --drain 5s",
                "-c proa.conf --nood lb1",
                "-c proa.conf --node=lb1",
                "--node=lb1 -c"
            })
    void everythingElseIsNot(String arguments) {
        assertThat(NodeCommand.plain(words(arguments))).isEmpty();
    }

    @Test
    void bothWaysEndAlikeWithoutAFile() throws Exception {
        String arguments = "-c missing.conf --node lb1";
        NodeCommand plain = NodeCommand.plain(words(arguments)).orElseThrow();
        Commands.Done other = Commands.run(new NodeCommand(), ("node " + arguments).split(" "));

        assertThat(plain.call()).isEqualTo(2).isEqualTo(other.code());
        assertThat(other.err()).contains("missing.conf: no such file");
    }

    /** It would refuse them again: not a failure of the machine, which is 1. */
    @Test
    void filesThatCannotBeUsedAreRefusedAsTheConfigurationIs(@TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(folder.resolve("proa.conf"), MEMBERS);
        NodeCommand plain =
                NodeCommand.plain(words("-c " + file + " --node lb1 --run-dir " + folder))
                        .orElseThrow();

        assertThat(refused(file, folder))
                .startsWith("proa: " + folder.resolve("ca.pem") + ": no such file")
                .contains("proa cert node --cluster test --node lb1");
        assertThat(plain.call()).isEqualTo(2);

        TestAuthority authority = new TestAuthority(folder);
        authority.bundle("lb1.pem", "lb2");
        assertThat(refused(file, folder))
                .isEqualTo(
                        "proa: the certificate %s is of node 'lb2', this is 'lb1'"
                                .formatted(folder.resolve("lb1.pem")));

        // Such as a process that has no free descriptor: the next start may have one.
        authority.bundle("lb1.pem", "lb1");
        Path authorities = folder.resolve("ca.pem");
        Path whole = Files.move(authorities, folder.resolve("whole.pem"));
        Files.createSymbolicLink(authorities, Path.of("/proc/self/mem"));
        assertThatThrownBy(plain::call)
                .isInstanceOfSatisfying(
                        StartException.class, again -> assertThat(again.isRefusal()).isFalse())
                .hasMessage(authorities + ": Input/output error");
        Files.move(whole, authorities, StandardCopyOption.REPLACE_EXISTING);

        // Whoever replaces a frontend's certificate writes it before or behind its key.
        authority.bundle("lb1.pem", "lb1");
        Files.writeString(folder.resolve("web.pem"), "no certificate");
        assertThatThrownBy(plain::call)
                .isInstanceOfSatisfying(
                        StartException.class, again -> assertThat(again.isRefusal()).isFalse())
                .hasMessageContaining(folder.resolve("web.pem").toString());
    }

    /** The one line that a start with this file ends with. */
    private static String refused(Path file, Path folder) {
        Commands.Done done =
                Commands.run(
                        new NodeCommand(),
                        "node",
                        "-c" + file,
                        "--node=lb1",
                        "--run-dir=" + folder.resolve("run"),
                        "--state-dir=" + folder.resolve("state"));
        assertThat(done.code()).as(done.err()).isEqualTo(2);
        List<String> lines =
                done.err().lines().filter(line -> !line.startsWith("warning: ")).toList();
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private static List<String> words(String arguments) {
        return List.of(arguments.split(" "));
    }
}
