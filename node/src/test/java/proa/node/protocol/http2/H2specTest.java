package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import javax.xml.parsers.DocumentBuilderFactory;

/** The cases of h2spec 2.2.0, a program of its own; the strict ones too. */
class H2specTest {

    private static final String PROGRAM = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

    /** What a case waits for comes at once, but for a machine that is elsewhere meanwhile. */
    private static final int CASE_SECONDS_MAX = 6;

    /** Of RFC 7540 §5.3.1; RFC 9113 §5.3 has done away with priorities, and they are not used. */
    private static final List<String> OUTDATED =
            List.of(
                    "http2/5.3.1 Sends HEADERS frame that depend on itself",
                    "http2/5.3.1 Sends PRIORITY frame that depend on itself");

    private static void unpack(Path folder) throws Exception {
        Path archive = folder.resolve("h2spec.tar.gz");
        try (InputStream program = H2specTest.class.getResourceAsStream(PROGRAM)) {
            Files.copy(Objects.requireNonNull(program), archive);
        }
        Process tar =
                new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                        .inheritIO()
                        .start();
        assertThat(tar.waitFor()).isZero();
    }

    private static List<String> failed(Path report) throws Exception {
        NodeList cases =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile())
                        .getElementsByTagName("testcase");
        assertThat(cases.getLength()).as("cases").isGreaterThan(140);
        List<String> failed = new ArrayList<>();
        for (int at = 0; at < cases.getLength(); at++) {
            Element each = (Element) cases.item(at);
            NodeList wrong = each.getElementsByTagName("error");
            NodeList failures = each.getElementsByTagName("failure");
            if (wrong.getLength() + failures.getLength() > 0) {
                failed.add(each.getAttribute("package") + " " + each.getAttribute("classname"));
            }
        }
        return failed;
    }

    @Test
    void everyCasePassesThatIsStillARule(@TempDir Path folder) throws Exception {
        unpack(folder);
        Path report = folder.resolve("report.xml");
        Path said = folder.resolve("said");
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server)) {
            Process program =
                    new ProcessBuilder(
                                    folder.resolve("h2spec").toString(),
                                    "--strict",
                                    "--timeout=" + CASE_SECONDS_MAX,
                                    "--port=" + path.port(),
                                    "--junit-report=" + report)
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start();
            assertThat(program.waitFor(10, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(failed(report)).as(Files.readString(said)).isEqualTo(OUTDATED);
    }
}
