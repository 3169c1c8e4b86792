package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig;
import proa.node.Await;
import proa.node.Nobody;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.record.Ending;

import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rules as an operator writes them, and what clients and servers then see. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class RulesTrafficTest {

    private static final String GET = "GET /old/a?x=1 HTTP/1.1\r\nHost: Shop.example:80\r\n";

    /** Servers that make variables of names take both for one. */
    @Test
    void whatIsSetOrRemovedDoesNotComeInWithAnUnderscore() throws Exception {
        String rules =
                """
                rules = [
                  { set-request-header { X-Real-IP = "%{src}" } }
                  { remove-request-header = [X_User] }
                  { replace-request-header { X-City { match = "a", with = "b" } } }
                  { add-request-header { X-More = "2" } }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            String seen =
                    client.ask(
                                    "GET / HTTP/1.1\r\nHost: a\r\nX_Real_IP: 6.6.6.6\r\n"
                                            + "x_real-ip: 6.6.6.7\r\nX-User: me\r\n"
                                            + "X_City: a\r\nX_More: 1\r\n\r\n")
                            .text();
            assertThat(seen)
                    .doesNotContain("6.6.6", "me")
                    .contains("X-Real-IP: 127.0.0.1\r\n", "X_City: a\r\n", "X_More: 1\r\n");
        }
    }

    @Test
    void requestFieldsAreSetAddedRemovedAndReplaced() throws Exception {
        String rules =
                """
                rules = [
                  { set-request-header { X-Real-IP = "%{src}", Host = inner.example, X-Port = "%{dst-port}" } }
                  { add-request-header { Via = "1.1 %{host}%{path}" } }
                  { remove-request-header = [X-Secret] }
                  { replace-request-header { Cookie { match = "a=(\\\\d)", with = "b=$1" } } }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            String seen =
                    client.ask(
                                    GET
                                            + "X-Real-IP: 6.6.6.6\r\nx-secret: 1\r\nVia: 1.0 x\r\n"
                                            + "X-SECRET: 2\r\nCookie: a=1; a=2; c=3\r\n\r\n")
                            .text();
            assertThat(seen)
                    .isEqualTo(
                            "GET /old/a?x=1 HTTP/1.1\r\n"
                                    + "Via: 1.0 x\r\n"
                                    + "Cookie: b=1; b=2; c=3\r\n"
                                    + "Host: inner.example\r\n"
                                    + "X-Port: "
                                    + path.port()
                                    + "\r\nX-Real-IP: 127.0.0.1\r\n"
                                    + "Via: 1.1 shop.example/old/a\r\n"
                                    + "X-Forwarded-For: 127.0.0.1\r\n\r\n\n");
        }
    }

    @Test
    void laterEditsWorkOnEarlierOnes() throws Exception {
        String rules =
                """
                rules = [
                  { set-request-header { X = one } }
                  { replace-request-header { X { match = one, with = two } } }
                  { add-request-header { X = three, Y = gone } }
                  { remove-request-header = Y }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET + "X: zero\r\nY: 1\r\n\r\n").text())
                    .contains("\r\nX: two\r\nX: three\r\n")
                    .doesNotContain("zero", "Y:");
        }
    }

    @Test
    void ourCookieStaysHiddenWhateverRulesDoToCookies() throws Exception {
        String rules =
                "rules = [ { replace-request-header { Cookie { match = \"b\", with = \"c\" } } } ]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            path.servers.hiddenCookie = "ID";
            assertThat(client.ask(GET + "Cookie: ID=s0; b=2\r\n\r\n").text())
                    .contains("\r\nCookie: c=2\r\n")
                    .doesNotContain("ID=");
            assertThat(client.ask(GET + "Cookie: ID=s0\r\n\r\n").text()).doesNotContain("Cookie");
        }
    }

    @Test
    void responseFieldsChangeButNotThoseOfInterimResponses() throws Exception {
        String rules =
                """
                rules = [
                  { set-response-header { Strict-Transport-Security = "max-age=63072000", X-Frame-Options = DENY } }
                  { set-response-header { Cache-Control = "public, max-age=86400" } }
                  { remove-response-header = [Server, X-Powered-By] }
                ]
                """;
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("HTTP/1.1 103 Early Hints\r\nServer: x\r\n\r\n");
                                    peer.send(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + "Server: x\r\n"
                                                    + "Cache-Control: no-store\r\n"
                                                    + "x-powered-by: y\r\n"
                                                    + "Content-Length: 2\r\n\r\n"
                                                    + "ok");
                                    peer.in.read();
                                });
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET + "\r\n").head())
                    .isEqualTo("HTTP/1.1 103 Early Hints\r\nServer: x\r\n\r\n");
            Wire.Message answer = client.response();
            assertThat(answer.head())
                    .isEqualTo(
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                                    + "Strict-Transport-Security: max-age=63072000\r\n"
                                    + "X-Frame-Options: DENY\r\n"
                                    + "Cache-Control: public, max-age=86400\r\n\r\n");
            assertThat(answer.text()).isEqualTo("ok");
        }
    }

    @Test
    void whatAClientSendsCannotBecomeALineOfItsOwn() throws Exception {
        String rules =
                "rules = [ { set-request-header { X = \"%{parameter:q}\" } },"
                        + " { set-response-header { Y = \"%{parameter:q}\" } } ]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            Wire.Message answer =
                    client.ask("GET /?q=a%0d%0aInjected:%201 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(answer.text()).contains("\r\nX: aInjected: 1\r\n");
            assertThat(answer.field("Y")).isEqualTo("aInjected: 1");
            assertThat(answer.field("Injected")).isEmpty();
        }
    }

    @Test
    void pathAndQueryAreRewritten() throws Exception {
        String rules =
                """
                rules = [
                  { rewrite { prefix = "/old", with = "/new" } }
                  { rewrite { query-match = "x=", with = "y=" } }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET + "\r\n").text())
                    .startsWith("GET /new/a?y=1 HTTP/1.1\r\nHost");
            assertThat(client.ask("GET http://a/old HTTP/1.0\r\n\r\n").text())
                    .startsWith("GET /new HTTP/1.0\r\n")
                    .contains("\r\nHost: a\r\n");
        }
    }

    @Test
    void redirectsAndFixedResponsesLeaveTheConnectionOpen() throws Exception {
        String rules =
                """
                rules = [
                  { when { path-prefix = "/old" }, redirect { scheme = https, code = 301 } }
                  { when { path = "/robots.txt" }, respond { body = "Disallow: /\\n" } }
                  { when { path = "/gone" }, respond { status = 204 } }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            Wire.Message moved = client.ask(GET + "\r\n");
            assertThat(moved.head())
                    .isEqualTo(
                            "HTTP/1.1 301 Moved Permanently\r\n"
                                    + "Location: https://shop.example/old/a?x=1\r\n"
                                    + "Content-Length: 0\r\n\r\n");
            Wire.Message robots = client.ask("GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(robots.text()).isEqualTo("Disallow: /\n");
            assertThat(robots.field("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(client.ask("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n").head())
                    .isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
            client.send("HEAD /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(Wire.response(client.in, true).field("Content-Length")).isEqualTo("12");
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }

    @Test
    void ownAnswersShowTheOperatorsPages(@TempDir Path folder) throws Exception {
        Path page = Files.writeString(folder.resolve("403.html"), "<p>no</p>");
        Files.writeString(folder.resolve("503.json"), "{}");
        String rules =
                "rules = [ { when { path-prefix = \"/old\" }, deny = 403 } ]\n"
                        + "error-pages { 403 = \""
                        + page
                        + "\", 503 = \""
                        + folder.resolve("503.json")
                        + "\" }";
        ScriptedServer server = ScriptedServer.echo();
        try (RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            Wire.Message refused = client.ask(GET + "\r\n");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).isEqualTo("<p>no</p>");
            assertThat(refused.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
            InetSocketAddress there = server.address();
            server.close();
            Nobody.takes(there);
            Wire.Message down = client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(down.status()).isEqualTo(503);
            assertThat(down.text()).isEqualTo("{}");
            assertThat(down.field("Content-Type")).isEqualTo("application/json");
            assertThat(client.ask("BAD\r\n\r\n").text()).startsWith("Proa: ");
        }
    }

    @Test
    void aHeldClientIsRefusedAfterItsDelay() throws Exception {
        String rules =
                "rules = [ { when { path-prefix = \"/old\" }, tarpit { delay = 300ms, status = 403"
                        + " } } ]";
        long began = System.nanoTime(); // before the loop, whose clock may lag behind
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client();
                DataPath.Client other = path.client()) {
            client.send(GET + "\r\n");
            assertThat(other.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
            Wire.Message refused = client.response();
            assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(300_000_000L);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void onlySoManyAreHeld() throws Exception {
        String rules = "rules = [ { tarpit { delay = 60s } } ]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server)) {
            List<DataPath.Client> held = new ArrayList<>();
            for (int at = 0; at < Held.HELD_MAX; at++) {
                held.add(path.client().send(GET + "\r\n"));
            }
            try (DataPath.Client late = path.client()) {
                assertThat(late.ask(GET + "\r\n").status()).isEqualTo(429);
            }
            for (DataPath.Client each : held) {
                each.close();
            }
            Await.until("all have left", () -> path.connections() == 0);
            try (DataPath.Client next = path.client()) {
                next.socket.setSoTimeout(200);
                next.send(GET + "\r\n");
                assertThat(ended(next)).as("held again").isFalse();
            }
        }
    }

    private static boolean ended(DataPath.Client client) throws Exception {
        try {
            return client.ended();
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Test
    void anAnonymousPostIsRefusedBeforeRouting() throws Exception {
        String rules =
                "rules = [ { when = [ { method = POST }, { none = [ { header = Authorization } ] }"
                        + " ], deny = 403 } ]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n";
            assertThat(client.ask(post + "\r\n").status()).isEqualTo(403);
            assertThat(client.ask(post + "authorization: x\r\n\r\n").status()).isEqualTo(200);
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void anUpgradeIsRoutedByItsHeaderInAnyCase() throws Exception {
        String rules =
                "rules = [ { when { header = Upgrade, value = WebSocket }, respond { body = ws } }"
                        + " ]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET + "upgrade: websocket\r\nConnection: upgrade\r\n\r\n").text())
                    .isEqualTo("ws");
            assertThat(client.ask(GET + "\r\n").text()).startsWith("GET ");
        }
    }

    @Test
    void aDroppedClientGetsNoByte() throws Exception {
        String rules = "rules = [ { when { path-prefix = \"/old\" }, drop = true } ]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            assertThat(client.send(GET + "\r\n").ended()).isTrue();
            Await.until("closed here", () -> path.connections() == 0);
            assertThat(server.connections.get()).isZero();
            assertThat(path.counters.denied()).isEqualTo(1);
            assertThat(path.counters.endings(Ending.REFUSED)).isEqualTo(1);
        }
    }

    @Test
    void aStrangersWordOnTheClientIsNotPassedOn() throws Exception {
        String options =
                "forwarded = [x-forwarded-for, x-forwarded-proto, x-forwarded-host,"
                        + " x-forwarded-port, forwarded]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(options, server);
                DataPath.Client client = path.client()) {
            String seen = client.ask(GET + SPOOFED + "\r\n").text();
            assertThat(seen)
                    .isEqualTo(
                            GET
                                    + "X-Forwarded-For: 127.0.0.1\r\n"
                                    + "X-Forwarded-Proto: http\r\n"
                                    + "X-Forwarded-Host: Shop.example:80\r\n"
                                    + "X-Forwarded-Port: "
                                    + path.port()
                                    + "\r\n"
                                    + "Forwarded: for=127.0.0.1;host=\"Shop.example:80\";proto=http"
                                    + "\r\n\r\n\n");
        }
    }

    private static final String SPOOFED =
            "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
                    + "X-Forwarded-Host: public.example\r\nX-Forwarded-Port: 443\r\n"
                    + "Forwarded: for=203.0.113.9\r\n";

    @Test
    void aTrustedProxyIsBelievedAndAddedTo() throws Exception {
        String options =
                """
                trusted = "127.0.0.1"
                forwarded = [x-forwarded-for, x-forwarded-proto, x-forwarded-host, x-forwarded-port, forwarded]
                rules = [
                  { set-request-header { X-Client = "%{src}" } }
                  { when { src = "6.6.6.6" }, deny = 403 }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(options, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET + SPOOFED + "\r\n").text())
                    .isEqualTo(
                            GET
                                    + "X-Client: 203.0.113.9\r\n"
                                    + "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 127.0.0.1\r\n"
                                    + "X-Forwarded-Proto: https\r\n"
                                    + "X-Forwarded-Host: public.example\r\n"
                                    + "X-Forwarded-Port: 443\r\n"
                                    + "Forwarded: for=203.0.113.9, for=127.0.0.1;"
                                    + "host=\"Shop.example:80\";proto=http\r\n\r\n\n");
            assertThat(client.ask(GET + "X-Forwarded-For: 6.6.6.6\r\n\r\n").status())
                    .as("each request has its own client")
                    .isEqualTo(403);
        }
    }

    @Test
    void aTrustedProxyNamesItsClientInAHeaderOfTheConnection() throws Exception {
        String options =
                """
                trusted = "127.0.0.1", proxy-protocol = true
                rules = [ { set-request-header { X-Client = "%{src}", X-Port = "%{dst-port}" } } ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(options, server)) {
            String one = "PROXY TCP4 203.0.113.9 192.0.2.1 5000 443\r\n";
            try (DataPath.Client client = path.client()) {
                assertThat(client.ask(one + GET + "\r\n").text())
                        .contains("\r\nX-Client: 203.0.113.9\r\n", "\r\nX-Port: 443\r\n")
                        .contains("\r\nX-Forwarded-For: 203.0.113.9\r\n");
                assertThat(client.ask(GET + "\r\n").text()).contains("X-Client: 203.0.113.9\r\n");
            }
            try (DataPath.Client slowly = path.client()) {
                for (char c : (one + GET).toCharArray()) {
                    slowly.send(String.valueOf(c));
                }
                assertThat(slowly.ask("\r\n").text()).contains("X-Client: 203.0.113.9\r\n");
            }
            try (DataPath.Client without = path.client()) {
                assertThat(without.send(GET + "\r\n").ended()).isTrue();
            }
            try (DataPath.Client itself = path.client()) {
                assertThat(itself.ask("PROXY UNKNOWN\r\n" + GET + "\r\n").text())
                        .contains("X-Client: 127.0.0.1\r\n");
            }
        }
    }

    @Test
    void aStrangersHeaderIsRefused() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path =
                        RuledPath.http("trusted = \"192.0.2.1\", proxy-protocol = true", server);
                DataPath.Client client = path.client()) {
            assertThat(
                            client.ask("PROXY TCP4 203.0.113.9 192.0.2.1 5 443\r\n" + GET + "\r\n")
                                    .status())
                    .isEqualTo(400);
            assertThat(server.connections.get()).isZero();
        }
    }

    @Test
    void whoMayConnectIsAskedOfTheClientThatAProxyNames() throws Exception {
        String options =
                "trusted = \"127.0.0.1\", proxy-protocol = true, allow = [\"203.0.113.0/24\"]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(options, server);
                DataPath.Client in = path.client();
                DataPath.Client out = path.client()) {
            assertThat(in.ask("PROXY TCP4 203.0.113.9 192.0.2.1 5 6\r\n" + GET + "\r\n").status())
                    .isEqualTo(200);
            assertThat(out.send("PROXY TCP4 6.6.6.6 192.0.2.1 5 6\r\n" + GET + "\r\n").ended())
                    .isTrue();
        }
    }

    @Test
    void serversAreToldInAHeaderOfTheConnectionWhichThenServesOneRequest() throws Exception {
        for (BackendConfig.ProxyProtocol version :
                new BackendConfig.ProxyProtocol[] {
                    BackendConfig.ProxyProtocol.V1, BackendConfig.ProxyProtocol.V2
                }) {
            try (ScriptedServer server =
                            new ScriptedServer(
                                    peer -> {
                                        String header = header(peer, version);
                                        peer.request();
                                        peer.send(
                                                "HTTP/1.1 200 OK\r\nContent-Length: "
                                                        + header.length()
                                                        + "\r\n\r\n"
                                                        + header);
                                        peer.in.read();
                                    });
                    RuledPath path = RuledPath.http("", version, server);
                    DataPath.Client client = path.client()) {
                String ends =
                        "127.0.0.1 127.0.0.1 " + client.socket.getLocalPort() + " " + path.port();
                for (int request = 1; request <= 2; request++) {
                    assertThat(client.ask(GET + "\r\n").text()).isEqualTo("TCP4 " + ends);
                    assertThat(server.connections.get()).isEqualTo(request);
                }
            }
        }
    }

    /** The header in the words of version 1. */
    private static String header(ScriptedServer.Peer peer, BackendConfig.ProxyProtocol version)
            throws Exception {
        if (version == BackendConfig.ProxyProtocol.V1) {
            StringBuilder line = new StringBuilder();
            while (line.indexOf("\r\n") < 0) {
                line.append((char) peer.in.read());
            }
            return line.toString().replace("PROXY ", "").strip();
        }
        byte[] bytes = peer.in.readNBytes(28);
        assertThat(new String(bytes, 0, 12, StandardCharsets.ISO_8859_1))
                .isEqualTo("\r\n\r\n\0\r\nQUIT\n");
        assertThat(bytes[12]).isEqualTo((byte) 0x21);
        assertThat(bytes[13]).isEqualTo((byte) 0x11);
        return "TCP4 "
                + address(bytes, 16)
                + " "
                + address(bytes, 20)
                + " "
                + port(bytes, 24)
                + " "
                + port(bytes, 26);
    }

    private static String address(byte[] bytes, int at) {
        return (bytes[at] & 0xff)
                + "."
                + (bytes[at + 1] & 0xff)
                + "."
                + (bytes[at + 2] & 0xff)
                + "."
                + (bytes[at + 3] & 0xff);
    }

    private static int port(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
