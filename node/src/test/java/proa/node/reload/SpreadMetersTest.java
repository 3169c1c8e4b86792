package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;

/** Where keys are and where clients stick, as {@code GET /metrics} tells it. */
class SpreadMetersTest {

    private static final String SHOP = "backend=\"shop\"";

    @TempDir private Path directory;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        site = new Site(directory, 1);
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    /** The site's file with a listener for monitoring. */
    private static String observed(String text, int monitoring) {
        return text.replace(
                "tables {\n",
                "admin { listen = \"127.0.0.1:%d\" }%ntables {%n".formatted(monitoring));
    }

    /** The same, whose shop hashes paths. */
    private static String hashed(String text, int monitoring) {
        return observed(text, monitoring)
                .replace(
                        "sticky { cookie { name = SERVERID, insert = true } }",
                        "balance = hash, hash { key = path }");
    }

    private ExpositionParser scrape() throws IOException {
        String answer = ObservedSite.metrics(site.node());
        return ExpositionParser.of(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    private void begin(String text) throws Exception {
        site.file.write(text);
        site.restart();
    }

    private void reload(String text) throws IOException {
        site.file.write(text);
        assertThat(site.node().reload("test")).isInstanceOf(Reload.Done.class);
    }

    @Test
    void theSharesOfKeysAwayAndMovedAreThoseOfTheBackendThatHashes() throws Exception {
        int port = Ports.free();
        begin(hashed(site.file.text(3, 1), port));
        assertThat(scrape().value("proa_backend_keys_away_ratio", SHOP)).isZero();
        assertThat(scrape().value("proa_backend_keys_moved_ratio", SHOP)).isZero();
        assertThat(scrape().value("proa_backend_keys_away_ratio", "backend=\"echo\""))
                .as("a sticky table's new clients are hashed, too")
                .isZero();

        reload(hashed(site.file.text(2, 1), port));
        assertThat(scrape().value("proa_backend_keys_moved_ratio", SHOP))
                .as("by a server less: its third, and hardly any other")
                .isBetween(0.3, 0.4);
        reload(
                hashed(site.file.text(2, 1), port)
                        .replace("key = path }", "key = path }, retries = 1"));
        assertThat(scrape().value("proa_backend_keys_moved_ratio", SHOP))
                .as("the last change that moved any is told, not the last change")
                .isBetween(0.3, 0.4);

        site.shops.get(1).close();
        Await.until("down", () -> scrape().value("proa_backend_servers_up", SHOP) == 1);
        assertThat(scrape().value("proa_backend_keys_away_ratio", SHOP))
                .isCloseTo(0.5, within(0.02));
        assertThat(scrape().value("proa_backend_keys_moved_ratio", SHOP))
                .as("keys that are away still belong to their server")
                .isBetween(0.3, 0.4);
    }

    @Test
    void entriesAreToldByServerAndThoseOfDepartedServersAsOneNumber() throws Exception {
        int port = Ports.free();
        String text = observed(site.file.text(2, 1), port);
        begin(text);
        assertThat(scrape().samples.keySet())
                .as("nothing is hashed there")
                .doesNotContain("proa_backend_keys_away_ratio{" + SHOP + "}");
        String e = "server=\"e\",table=\"clients\"";
        assertThat(scrape().value("proa_table_stuck_entries", e)).isZero();
        assertThat(scrape().value("proa_table_departed_entries", "table=\"clients\"")).isZero();
        echo();
        assertThat(scrape().value("proa_table_stuck_entries", e)).isEqualTo(1);

        reload(text.replace("name = e,", "name = f,"));
        ExpositionParser renamed = scrape();
        assertThat(renamed.samples.keySet())
                .as("what is kept makes no series, what is configured does")
                .doesNotContain("proa_table_stuck_entries{" + e + "}");
        String f = "server=\"f\",table=\"clients\"";
        assertThat(renamed.value("proa_table_stuck_entries", f)).isZero();
        assertThat(renamed.value("proa_table_departed_entries", "table=\"clients\"")).isEqualTo(1);

        echo();
        assertThat(scrape().value("proa_table_stuck_entries", f))
                .as("its client came again and got another server")
                .isEqualTo(1);
        assertThat(scrape().value("proa_table_departed_entries", "table=\"clients\"")).isZero();
    }

    /** A connection that has a server. */
    private void echo() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.file.echoPort)) {
            socket.getOutputStream().write('a');
            assertThat(socket.getInputStream().read()).isEqualTo('a');
        }
    }
}
