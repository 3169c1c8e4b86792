package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;
import proa.config.FrontendTls;
import proa.config.ProaConfig;
import proa.config.tls.TicketSecret;
import proa.node.listener.Protocol;
import proa.node.protocol.resp.FakeStore;
import proa.node.tls.OpenSslCli;
import proa.node.tls.TestAuthority;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whole nodes with TLS, asked by openssl. */
class TlsRuntimeTest {

    @TempDir private Path folder;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestAuthority authority;
    private ShopServer shop;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
        shop = keep(new ShopServer("one", 0));
        Files.write(
                folder.resolve("tickets.secret"),
                TicketSecret.file(TicketSecret.random(new SecureRandom())));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    private NodeRuntime node(String name, FrontendTls tls) throws StartException {
        ProaConfig plain = TestConfig.shop(List.of(shop.address()));
        ProaConfig config =
                new ProaConfig(
                        plain.cluster(),
                        plain.groups(),
                        plain.tables(),
                        plain.frontends().stream()
                                .map(each -> each.name().equals("http") ? each.with(tls) : each)
                                .toList(),
                        plain.backends());
        Setup setup =
                new Setup(
                        config,
                        "hash",
                        "lb1",
                        folder.resolve("run-" + name),
                        folder.resolve("state-" + name),
                        Duration.ZERO);
        return keep(NodeRuntime.start(setup, new LoneEngines(), Instant.now()));
    }

    private static FrontendTls sharing(FrontendTls tls, Optional<Path> secret) {
        return new FrontendTls(
                tls.certificates(),
                tls.minVersion(),
                tls.ciphers(),
                tls.alpn(),
                tls.clients(),
                new FrontendTls.Tickets(secret, Duration.ofHours(12)),
                tls.handshakes());
    }

    private String ask(NodeRuntime node, String... options) throws Exception {
        return OpenSslCli.get(folder, node.address("http"), options);
    }

    @Test
    void aSessionThatBeganOnOneNodeIsResumedOnAnother() throws Exception {
        FrontendTls tls =
                sharing(
                        authority.tls("shop.example"),
                        Optional.of(folder.resolve("tickets.secret")));
        NodeRuntime one = node("a", tls);
        NodeRuntime two = node("b", tls);
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            assertThat(ask(one, version, "-sess_out", "session")).contains("New, ", "200 OK");
            assertThat(ask(two, version, "-sess_in", "session")).contains("Reused, ", "200 OK");
        }
    }

    @Test
    void withoutASharedSecretASessionIsResumedOnlyWhereItBegan() throws Exception {
        FrontendTls tls = sharing(authority.tls("shop.example"), Optional.empty());
        NodeRuntime one = node("a", tls);
        NodeRuntime two = node("b", tls);
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            assertThat(ask(one, version, "-sess_out", "session")).contains("New, ");
            assertThat(ask(one, version, "-sess_in", "session")).contains("Reused, ");
            assertThat(ask(two, version, "-sess_in", "session")).contains("New, ", "200 OK");
        }
    }

    /** The file that openssl writes of its own handshake is what Wireshark would need. */
    @Test
    void secretsOfHandshakesAreKeptForACaptureOnlyWhileItRuns() throws Exception {
        NodeRuntime node = node("a", authority.tls("shop.example"));
        Path run = folder.resolve("run-a");
        assertThat(ask(node)).contains("200 OK");
        assertThat(NodeSocket.post(run, "/frontends/http/keys/end"))
                .startsWith("HTTP/1.1 409 ")
                .contains("frontend http: none are kept, or no longer");
        String begin = "/frontends/http/keys/begin?seconds=60";
        assertThat(NodeSocket.post(run, begin)).startsWith("HTTP/1.1 200 ");
        assertThat(NodeSocket.post(run, begin))
                .startsWith("HTTP/1.1 409 ")
                .contains("somebody else is having them kept");
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            assertThat(ask(node, version, "-keylogfile", "client.keys")).contains("200 OK");
        }
        String kept = NodeSocket.post(run, "/frontends/http/keys/end");
        List<String> client =
                Files.readAllLines(folder.resolve("client.keys")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .toList();
        assertThat(client).hasSize(6).first().asString().startsWith("CLIENT_RANDOM ");
        client.forEach(line -> assertThat(kept).contains("\"" + line + "\""));
        assertThat(kept).contains("\"lost\":0").startsWith("HTTP/1.1 200 ");

        assertThat(ask(node, "-keylogfile", "late.keys")).contains("200 OK");
        assertThat(NodeSocket.post(run, begin)).startsWith("HTTP/1.1 200 ");
        assertThat(NodeSocket.post(run, "/frontends/http/keys/end")).contains("\"lines\":[]");
        assertThat(NodeSocket.ask(run, "/events"))
                .contains("TLS secrets are kept for " + System.getProperty("user.name"))
                .contains(" has taken 6 TLS secrets; none are kept any more");
        assertThat(NodeSocket.post(run, "/frontends/echo/keys/end"))
                .startsWith("HTTP/1.1 404 ")
                .contains("there is no frontend echo with TLS");
        assertThat(NodeSocket.post(run, "/frontends/http/keys/begin?seconds=5000"))
                .startsWith("HTTP/1.1 400 ")
                .contains("seconds is 1 to 4000, not 5000");
    }

    @Test
    void certificateFilesThatCannotBeUsedAreNamedAtTheStart() throws Exception {
        FrontendTls tls = authority.tls("shop.example");
        Path bundle = tls.certificates().getFirst().certificate();
        Files.writeString(bundle, "nothing");

        assertThatThrownBy(() -> node("a", tls))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(bundle + ": no certificate in it");
    }

    private static final class LoneEngines implements Engines {
        @Override
        public Member member(ProaConfig config, String node, long incarnation) {
            return new LoneMember();
        }

        @Override
        public SessionStore sessions(ProaConfig config, String node, Member member) {
            return new FakeStore(null);
        }

        @Override
        public Protocol sessionProtocol(FrontendConfig frontend, SessionStore store) {
            throw new IllegalStateException("no sessions here");
        }
    }
}
