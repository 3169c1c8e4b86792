package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import proa.config.FrontendConfig;
import proa.node.protocol.ScriptedServer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import javax.xml.parsers.DocumentBuilderFactory;

/** What an auditor's scanner finds at a frontend that says nothing of versions and ciphers. */
class SslscanTest {

    private static final String PROGRAM = "/usr/bin/sslscan";

    private static Document scanned(Path folder) throws Exception {
        Path report = folder.resolve("report.xml");
        Path said = folder.resolve("said");
        TestAuthority authority = new TestAuthority(folder);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path =
                        TlsPath.of(
                                FrontendConfig.Mode.HTTP, authority.tls("shop.example"), server)) {
            Process program =
                    new ProcessBuilder(
                                    PROGRAM,
                                    "--xml=" + report,
                                    "--sni-name=shop.example",
                                    "--timeout=30", // seconds; what is late counts as not offered
                                    "127.0.0.1:" + path.address().getPort())
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start();
            assertThat(program.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(program.exitValue()).as(Files.readString(said)).isZero();
        }
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
    }

    private static List<String> all(Document report, String tag, Function<Element, String> text) {
        NodeList found = report.getElementsByTagName(tag);
        List<String> all = new ArrayList<>();
        for (int at = 0; at < found.getLength(); at++) {
            all.add(text.apply((Element) found.item(at)));
        }
        return all;
    }

    @Test
    void nothingOldIsOffered(@TempDir Path folder) throws Exception {
        boolean there = Files.isExecutable(Path.of(PROGRAM));
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(there).as(PROGRAM).isTrue();
        }
        assumeTrue(there, PROGRAM + " is not installed");

        Document report = scanned(folder);

        assertThat(
                        all(
                                report,
                                "protocol",
                                each ->
                                        each.getAttribute("type")
                                                + " "
                                                + each.getAttribute("version")
                                                + " "
                                                + each.getAttribute("enabled")))
                .containsExactlyInAnyOrder(
                        "ssl 2 0", "ssl 3 0", "tls 1.0 0", "tls 1.1 0", "tls 1.2 1", "tls 1.3 1");
        assertThat(
                        all(
                                report,
                                "cipher",
                                each ->
                                        each.getAttribute("sslversion")
                                                + " "
                                                + each.getAttribute("cipher")))
                .containsExactlyInAnyOrder(
                        "TLSv1.3 TLS_AES_128_GCM_SHA256",
                        "TLSv1.3 TLS_AES_256_GCM_SHA384",
                        "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256",
                        "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256",
                        "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384",
                        "TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305");
        assertThat(all(report, "renegotiation", each -> each.getAttribute("supported")))
                .containsExactly("0");
        assertThat(all(report, "heartbleed", each -> each.getAttribute("vulnerable")))
                .isNotEmpty()
                .containsOnly("0");
    }
}
