package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.FrontendTls;
import proa.config.tls.PemFiles;
import proa.node.Await;
import proa.node.tls.TestAuthority;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** The dashboard over TLS, in a browser that accepts the listener's own key and no other. */
@RequiresChromium
class DashboardTlsTest {

    @TempDir private Path directory;
    private ConsoleSite site;
    private Chromium browser;

    @BeforeEach
    void start() throws Exception {
        TestAuthority authority = new TestAuthority(directory);
        FrontendTls.Identity identity = authority.identity("lb1");
        site = new ConsoleSite(directory, Optional.of(identity));
        browser =
                new Chromium(
                        Files.createDirectory(directory.resolve("profile")),
                        "--ignore-certificate-errors-spki-list=" + pin(identity.certificate()));
    }

    @AfterEach
    void close() throws Exception {
        browser.close();
        site.close();
    }

    /** Base64 of the SHA-256 of its SubjectPublicKeyInfo, as in RFC 7469 §2.4. */
    private static String pin(Path certificate) throws Exception {
        byte[] key =
                PemFiles.certificates(Files.readAllBytes(certificate))
                        .getFirst()
                        .getPublicKey()
                        .getEncoded();
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    }

    @Test
    void anOperatorLogsInSeesWhatIsLiveAndHasACookieForTlsAlone() throws Exception {
        String page = "https://127.0.0.1:" + site.address().getPort() + "/";
        browser.open(page);
        browser.until(
                "document.querySelector('#login') && !document.querySelector('#login').hidden");
        assertThat(browser.value("isSecureContext")).isEqualTo("true");
        browser.type("[name=name]", "olga");
        browser.type("[name=password]", ConsoleSite.PASSWORD);
        browser.click("#login button");
        browser.until("document.querySelectorAll('[data-key=shop] tbody tr').length === 2");
        assertThat(browser.text("#user")).isEqualTo("olga, operate");

        Map<String, Map<?, ?>> cookies = browser.cookies(page);
        assertThat(cookies).containsOnlyKeys("__Host-proa");
        browser.value(
                "fetch('/api/v1/openapi.json').then(answer => answer.text())"
                        + ".then(text => { window.described = text; }), ''");
        browser.until("(window.described || '').includes('\"name\":\"__Host-proa\"')");
        Map<?, ?> session = cookies.get("__Host-proa");
        assertThat(session.get("secure")).isEqualTo(true);
        assertThat(session.get("httpOnly")).isEqualTo(true);
        assertThat(session.get("sameSite")).isEqualTo("Strict");

        for (int request = 0; request < 20; request++) {
            assertThat(HttpOnce.get(site.file.httpPort, "")).startsWith("HTTP/1.1 200");
        }
        String chosen = "document.querySelector('[data-key=s0] td[data-label=Chosen]').textContent";
        browser.until("Number(" + chosen + ") >= 10");
        Await.until("live", () -> browser.text("#live").contains("live"));
        assertThat(browser.complaints)
                .as("nothing but that nobody was logged in at first")
                .allMatch(each -> each.contains("401"));
    }
}
