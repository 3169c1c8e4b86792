package proa.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig.Mode;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.config.StickyCookie;
import proa.config.StickyCookie.Attributes;
import proa.config.StickyCookie.Life;
import proa.config.StickyCookie.Secret;
import proa.node.Nobody;
import proa.node.balance.Order;
import proa.node.balance.StickyEntries;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Real clients that are kept on real servers. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class StickyTrafficTest {

    /** A shop whose servers keep sessions to themselves, as applications do. */
    private static ScriptedServer shop(String name) throws IOException {
        Map<String, String> sessions = new ConcurrentHashMap<>();
        return new ScriptedServer(
                peer -> {
                    for (Wire.Message request = peer.request();
                            request != null;
                            request = peer.request()) {
                        peer.send(answer(name, sessions, request));
                    }
                });
    }

    /** {@code /login} begins a session; everything else tells which one the client is in. */
    private static String answer(String name, Map<String, String> sessions, Wire.Message request) {
        String cookies = request.field("Cookie");
        String fields = "";
        String body = name + " " + sessions.getOrDefault(session(cookies), "nobody");
        if (request.head().startsWith("GET /login")) {
            String id = name + sessions.size();
            sessions.put(id, "anna");
            fields = "Set-Cookie: lang=en\r\nSet-Cookie: SID=" + id + "; Path=/; HttpOnly\r\n";
        }
        return "HTTP/1.1 200 OK\r\n"
                + fields
                + "X-Cookies: "
                + cookies
                + "\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static String session(String cookies) {
        for (String pair : cookies.split("; *")) {
            if (pair.startsWith("SID=")) {
                return pair.substring(4);
            }
        }
        return "";
    }

    private static PoolPath path(Sticky sticky, StickyEntries table, ScriptedServer... servers)
            throws IOException {
        return new PoolPath(
                Mode.HTTP,
                Balance.ROUND_ROBIN,
                sticky,
                _ -> table,
                SpreadingConfig.DEFAULTS,
                List.of(server("web1", servers[0]), server("web2", servers[1])));
    }

    private static BackendConfig.Server server(String name, ScriptedServer at) {
        return PoolPath.server(name, at, Optional.empty());
    }

    private static Sticky cookie(StickyCookie.Mode mode, Secret... secrets) {
        return new Sticky.Cookie(
                new StickyCookie(
                        mode == StickyCookie.Mode.INSERT ? "SERVERID" : "SID",
                        mode,
                        true,
                        Attributes.DEFAULTS,
                        Life.DEFAULTS,
                        List.of(secrets)));
    }

    /** A browser with one tab; every request is on a connection of its own. */
    private static final class Browser {
        final Map<String, String> cookies = new HashMap<>();
        String seenByServer = "";

        String get(PoolPath through, String target) throws IOException {
            StringBuilder pairs = new StringBuilder();
            cookies.forEach(
                    (name, value) ->
                            pairs.append(pairs.isEmpty() ? "Cookie: " : "; ")
                                    .append(name + "=" + value));
            String fields = pairs.isEmpty() ? "" : pairs + "\r\n";
            try (DataPath.Client client = through.client()) {
                Wire.Message answer =
                        client.ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
                for (String line : answer.head().split("\r\n")) {
                    if (line.startsWith("Set-Cookie: ")) {
                        String pair = line.substring(12).split(";")[0];
                        cookies.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
                    }
                }
                seenByServer = answer.field("X-Cookies");
                return answer.text();
            }
        }
    }

    /** Login, cart, payment: through two nodes, with other clients in between. */
    private static void shopping(PoolPath here, PoolPath there, Browser anna) throws IOException {
        new Browser().get(here, "/"); // so that it is not always the first server's turn
        String login = anna.get(here, "/login");
        String server = login.split(" ")[0];
        for (String step : List.of("/cart", "/cart/add", "/pay", "/thanks")) {
            for (PoolPath node : List.of(here, there)) {
                assertThat(anna.get(node, step)).as(step).isEqualTo(server + " anna");
                new Browser().get(node, "/");
            }
        }
    }

    @Test
    void aServersOwnCookieGetsTheServersNameInFrontWhichServersDoNotSee() throws Exception {
        Sticky sticky = cookie(StickyCookie.Mode.PREFIX);
        try (ScriptedServer one = shop("one");
                ScriptedServer two = shop("two");
                PoolPath here = path(sticky, new Table(), one, two);
                PoolPath there = path(sticky, new Table(), one, two)) {
            Browser anna = new Browser();
            shopping(here, there, anna);
            assertThat(anna.cookies.get("SID")).isEqualTo("web2~two0");
            assertThat(anna.cookies).containsEntry("lang", "en");
            assertThat(anna.seenByServer).contains("SID=two0").doesNotContain("~");
        }
    }

    @Test
    void aSignedPrefixIsObeyedAndAForgedOneIsNot() throws Exception {
        Sticky sticky = cookie(StickyCookie.Mode.PREFIX, new Secret("sixteen letters!"));
        try (ScriptedServer one = shop("one");
                ScriptedServer two = shop("two");
                PoolPath here = path(sticky, new Table(), one, two);
                PoolPath there = path(sticky, new Table(), one, two)) {
            Browser anna = new Browser();
            shopping(here, there, anna);
            String value = anna.cookies.get("SID");
            assertThat(value).matches("web2![A-Za-z0-9_-]{22}~two0");
            assertThat(here.pool.cookies().orElseThrow().forged()).isZero();
            anna.cookies.put("SID", value.replace("web2", "web1"));
            anna.get(here, "/");
            assertThat(here.pool.cookies().orElseThrow().forged()).isEqualTo(1);
            assertThat(anna.seenByServer).contains("SID=two0").doesNotContain("~");
        }
    }

    @Test
    void aServersOwnCookieIsRewrittenToItsName() throws Exception {
        Sticky sticky = cookie(StickyCookie.Mode.REWRITE);
        try (ScriptedServer one = shop("one");
                ScriptedServer two = shop("two");
                PoolPath path = path(sticky, new Table(), one, two)) {
            Browser anna = new Browser();
            String server = anna.get(path, "/login").split(" ")[0];
            assertThat(anna.cookies)
                    .containsEntry("SID", server.equals("one") ? "web1" : "web2")
                    .containsEntry("lang", "en");
            for (int request = 0; request < 6; request++) {
                assertThat(anna.get(path, "/")).startsWith(server);
            }
        }
    }

    @Test
    void aSessionIsLearnedAndFoundOnEveryNode() throws Exception {
        Sticky sticky =
                new Sticky.Learn(
                        "sessions",
                        Optional.empty(),
                        Optional.of("SID"),
                        List.of(new HashKey.Cookie("SID"), new HashKey.Parameter("sid")));
        Table table = new Table(); // replicated at once
        try (ScriptedServer one = shop("one");
                ScriptedServer two = shop("two");
                PoolPath here = path(sticky, table, one, two);
                PoolPath there = path(sticky, table, one, two)) {
            Browser anna = new Browser();
            shopping(here, there, anna);
            assertThat(table.entries).hasSize(1).containsValue("web2");
            Browser byLink = new Browser();
            for (int request = 0; request < 3; request++) {
                assertThat(byLink.get(here, "/?sid=" + anna.cookies.get("SID"))).startsWith("two");
            }
        }
    }

    @Test
    void loginCartAndPaymentReachOneServerByOurCookie() throws Exception {
        Sticky sticky = cookie(StickyCookie.Mode.INSERT, new Secret("sixteen letters!"));
        try (ScriptedServer one = shop("one");
                ScriptedServer two = shop("two");
                PoolPath here = path(sticky, new Table(), one, two);
                PoolPath there = path(sticky, new Table(), one, two)) {
            Browser anna = new Browser();
            shopping(here, there, anna);
            assertThat(anna.cookies.get("SERVERID")).startsWith("web2!");
            assertThat(anna.seenByServer).doesNotContain("SERVERID");
        }
    }

    @Test
    void aServerThatDiesLosesItsClientsToAnotherAndOneThatDrainsKeepsThem() throws Exception {
        Sticky sticky = cookie(StickyCookie.Mode.INSERT);
        ScriptedServer one = shop("one");
        try (ScriptedServer two = shop("two");
                PoolPath path = path(sticky, new Table(), one, two)) {
            Browser anna = new Browser();
            Browser ben = new Browser();
            assertThat(anna.get(path, "/login")).startsWith("one");
            assertThat(ben.get(path, "/login")).startsWith("two");

            path.pool.order(path.pool.servers().getFirst(), Order.DRAIN, "a test");
            assertThat(anna.get(path, "/")).as("a client it has").isEqualTo("one anna");
            for (int client = 0; client < 5; client++) {
                assertThat(new Browser().get(path, "/")).as("a new client").startsWith("two");
            }

            InetSocketAddress there = one.address();
            one.close();
            Nobody.takes(there);
            assertThat(anna.get(path, "/")).as("sent elsewhere").isEqualTo("two nobody");
            assertThat(anna.cookies).containsEntry("SERVERID", "web2");
            assertThat(ben.get(path, "/")).isEqualTo("two anna");
        }
    }

    private static final class Table implements StickyEntries {
        final Map<TableKey, String> entries = new ConcurrentHashMap<>();

        @Override
        public @Nullable String server(TableKey key) {
            return entries.get(key);
        }

        @Override
        public String stick(TableKey key, String server) {
            entries.put(key, server);
            return server;
        }
    }
}
