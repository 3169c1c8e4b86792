package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig.TlsFiles;
import proa.config.file.MemberFiles;
import proa.config.tls.TicketSecret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

class CertCommandTest {

    private static final int NOBODY = 65_534;

    @TempDir Path folder;

    private Commands.Done cert(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "cert";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--out";
        all[all.length - 1] = folder.toString();
        return Commands.run(new CertCommand(), all);
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
    }

    @Test
    void anAuthorityAndANodeMakeAContextAndOnlyTheOwnerReadsTheKeys() throws IOException {
        assertThat(cert("authority", "--cluster", "demo").code()).isZero();
        assertThat(
                        cert(
                                        "node",
                                        "--cluster",
                                        "demo",
                                        "--node",
                                        "lb1",
                                        "--address",
                                        "10.0.0.1",
                                        "fd00::1")
                                .code())
                .isZero();

        assertThat(
                        MemberFiles.context(
                                new TlsFiles(
                                        folder.resolve("lb1.pem"),
                                        folder.resolve("lb1.key"),
                                        List.of(folder.resolve("ca.pem")))))
                .isNotNull();
        assertThat(List.of(mode("ca.key"), mode("lb1.key"))).containsOnly("rw-------");
        assertThat(List.of(mode("ca.pem"), mode("lb1.pem"))).containsOnly("rw-r--r--");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(4);
        }
    }

    @Test
    void theSecretOfTicketsIsTheOwnersAloneAndStaysUnlessForced() throws Exception {
        assertThat(cert("tickets").code()).isZero();
        byte[] first = Files.readAllBytes(folder.resolve("tickets.secret"));

        assertThat(TicketSecret.of(first)).hasSize(TicketSecret.BYTES);
        assertThat(mode("tickets.secret")).isEqualTo("rw-------");
        assertThat(cert("tickets").err()).contains("tickets.secret is there already");
        assertThat(cert("tickets", "--force").code()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("tickets.secret"))).isNotEqualTo(first);
    }

    @Test
    void aKeyThatIsThereStaysUnlessForced() throws IOException {
        cert("authority", "--cluster", "demo");
        byte[] first = Files.readAllBytes(folder.resolve("ca.key"));
        Commands.Done refused = cert("authority", "--cluster", "demo");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("ca.key is there already; --force replaces it")
                .doesNotContain("\tat ");
        assertThat(Files.readAllBytes(folder.resolve("ca.key"))).isEqualTo(first);
        assertThat(cert("authority", "--cluster", "demo", "--force").code()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("ca.key"))).isNotEqualTo(first);
    }

    /** The node and vipd may be other users than the one who replaces their certificates. */
    @Test
    void whatIsReplacedKeepsItsOwnerGroupAndMode() throws IOException {
        cert("authority", "--cluster", "demo");
        Path key = folder.resolve("ca.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--r-----"));
        if (Files.getAttribute(key, "unix:uid").equals(0)) {
            Files.setAttribute(key, "unix:uid", NOBODY);
            Files.setAttribute(key, "unix:gid", NOBODY);
        }
        Map<String, Object> before = Files.readAttributes(key, "unix:uid,gid,mode");
        byte[] first = Files.readAllBytes(key);
        assertThat(cert("authority", "--cluster", "demo", "--force").code()).isZero();
        assertThat(Files.readAllBytes(key)).isNotEqualTo(first);
        assertThat(Files.readAttributes(key, "unix:uid,gid,mode")).isEqualTo(before);
        assertThat(mode("ca.pem")).isEqualTo("rw-r--r--");
    }

    @Test
    void aNodeWithoutItsAuthorityIsToldHowToMakeOne() {
        Commands.Done done =
                cert("node", "--cluster", "demo", "--node", "lb1", "--address", "10.0.0.1");

        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err())
                .contains("ca.pem is missing; make it first: proa cert authority --cluster demo");
    }

    @Test
    void theAuthorityOfAnotherClusterIsNotUsed() {
        cert("authority", "--cluster", "demo");
        Commands.Done done =
                cert("node", "--cluster", "shop", "--node", "lb1", "--address", "10.0.0.1");

        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).contains("is the authority of cluster \"demo\", not of \"shop\"");
    }

    @Test
    void argumentsThatMakeNoSenseAreNamed() {
        assertThat(
                        cert("node", "--cluster", "demo", "--node", "ca", "--address", "10.0.0.1")
                                .code())
                .isEqualTo(2);
        assertThat(
                        cert("node", "--cluster", "demo", "--node", "a/b", "--address", "10.0.0.1")
                                .err())
                .contains("--node \"a/b\"");
        assertThat(cert("authority", "--cluster", "../x").code()).isEqualTo(2);
        cert("authority", "--cluster", "demo");
        assertThat(
                        cert(
                                        "node",
                                        "--cluster",
                                        "demo",
                                        "--node",
                                        "lb1",
                                        "--address",
                                        "lb1.example")
                                .err())
                .contains("\"lb1.example\" is not an IP address");
        assertThat(Commands.run(new CertCommand(), "cert").code()).isEqualTo(2);
    }

    @Test
    void aWholeClusterIsMadeOnceAndCompletedLater() throws IOException {
        Path file = Files.writeString(folder.resolve("proa.conf"), CheckCommandTest.SOUND);
        assertThat(cert("cluster", "-c", file.toString()).out())
                .contains("written " + folder.resolve("lb1.pem"));
        byte[] first = Files.readAllBytes(folder.resolve("lb1.key"));
        Files.writeString(
                file,
                CheckCommandTest.SOUND.replace(
                        "nodes {", "nodes { lb2 { id = 2, addresses = [\"127.0.0.2\"] }, "));
        Commands.Done again = cert("cluster", "-c", file.toString());

        assertThat(again.out())
                .contains("kept    " + folder.resolve("lb1.pem"))
                .contains("written " + folder.resolve("lb2.pem"))
                .doesNotContain("ca.key");
        assertThat(Files.readAllBytes(folder.resolve("lb1.key"))).isEqualTo(first);
    }
}
