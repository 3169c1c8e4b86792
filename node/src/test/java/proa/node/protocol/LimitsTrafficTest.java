package proa.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.TableKey;
import proa.node.Await;
import proa.node.protocol.http2.H2Client;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What is counted of requests and connections as they pass, and limits on it. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class LimitsTrafficTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String HTTP_2 = "protocols = [h2, http/1.1]\n";
    private static final String[] REQUEST = {
        ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"
    };
    private static final TableKey CLIENT = TableKey.ofAddress(InetAddress.ofLiteral("127.0.0.1"));

    private static final String CLIENTS =
            """
            clients {
              key = src, expire = 1m
              count {
                requests { rate-over = 10s, total = true }
                connections { rate-over = 10s, total = true, current = true }
                errors { rate-over = 10s, total = true }
                failures { total = true }
                bytes-in { rate-over = 10s, total = true }
                bytes-out { rate-over = 10s, total = true }
                logins { rate-over = 10s }
              }
              tags = [blocked]
            }
            keys { key = text, expire = 1m, count { requests { rate-over = 10s } } }
            """;

    /** As HAProxy's {@code track-sc1 src} with {@code deny if { sc_conn_cur(1) gt 10 }}. */
    @Test
    void theEleventhConnectionOfAClientIsRefusedAndAnotherMayComeWhenOneHasGone() throws Exception {
        String rules =
                """
                rules = [
                  { track = clients }
                  { when { table = clients, counter = connections, number = current, above = 10 }, deny = 429 }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.counting("http", CLIENTS, rules, server)) {
            List<DataPath.Client> clients = new ArrayList<>();
            for (int n = 1; n <= 10; n++) {
                clients.add(path.client());
                assertThat(clients.getLast().ask(GET + "\r\n").status()).isEqualTo(200);
                assertThat(clients.getLast().ask(GET + "\r\n").status()).isEqualTo(200);
            }
            try (DataPath.Client eleventh = path.client()) {
                assertThat(eleventh.ask(GET + "\r\n").status()).isEqualTo(429);
            }
            Await.until("the eleventh has gone", () -> current(path) == 10);
            clients.removeFirst().close();
            Await.until("one has gone", () -> current(path) == 9);
            try (DataPath.Client another = path.client()) {
                assertThat(another.ask(GET + "\r\n").status()).isEqualTo(200);
            }
            for (DataPath.Client client : clients) {
                client.close();
            }
            Await.until("all have gone", () -> current(path) == 0);
            assertThat(total(path, "connections")).isEqualTo(12);
            assertThat(total(path, "requests")).isEqualTo(22);
        }
    }

    @Test
    void bytesAndAnswersAreCounted() throws Exception {
        String rules = "rules = [ { track = clients }, { when { path = \"/no\" }, deny = 403 } ]";
        try (ScriptedServer server = answering(500, 100_000);
                RuledPath path = RuledPath.counting("http", CLIENTS, rules, server)) {
            try (DataPath.Client client = path.client()) {
                String body = "x".repeat(50_000);
                client.ask(GET + "Content-Length: 50000\r\n\r\n" + body);
                client.ask("GET /no HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            Await.until("closed", () -> current(path) == 0);
            assertThat(total(path, "bytes-in")).isBetween(50_000L, 51_000L);
            assertThat(total(path, "bytes-out")).isBetween(100_000L, 101_000L);
            assertThat(total(path, "failures")).isEqualTo(1);
            assertThat(total(path, "errors")).isEqualTo(1);
        }
    }

    @Test
    void aLimitLetsThroughWhatItSaysAndTellsClients() throws Exception {
        String rules = "rules = [ { limit { table = clients, to = 3, headers = true } } ]";
        try (ScriptedServer server = answering(200, 1);
                RuledPath path = RuledPath.counting("http", CLIENTS, rules, server);
                DataPath.Client client = path.client()) {
            for (int left = 2; left >= 0; left--) {
                Wire.Message answer = client.ask(GET + "\r\n");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("RateLimit-Policy")).isEqualTo("\"clients\";q=3;w=10");
                assertThat(answer.field("RateLimit")).isEqualTo("\"clients\";r=" + left + ";t=10");
            }
            Wire.Message refused = client.ask(GET + "\r\n");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("RateLimit")).isEqualTo("\"clients\";r=0;t=10");
            assertThat(refused.field("Retry-After")).isEqualTo("10");
            assertThat(refused.text()).contains("too many requests: refused by rule 1 of");
            assertThat(total(path, "requests")).as("refused ones are not counted").isEqualTo(3);
        }
    }

    @Test
    void whoMakesTooManyErrorsOrTakesTooManyBytesIsRefused() throws Exception {
        String rules =
                """
                rules = [
                  { limit { table = clients, counter = errors, to = 2, status = 403 } }
                  { limit { table = clients, counter = bytes-out, to = 100k } }
                ]
                """;
        try (ScriptedServer server = answering(404, 10);
                RuledPath path = RuledPath.counting("http", CLIENTS, rules, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(404);
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(404);
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(403);
        }
        try (ScriptedServer server = answering(200, 120_000);
                RuledPath path = RuledPath.counting("http", CLIENTS, rules, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(200);
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(429);
        }
    }

    @Test
    void anyPartOfARequestCanBeTheKey() throws Exception {
        String rules = "rules = [ { limit { table = keys, to = 2 }, by { header = X-Api-Key } } ]";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.counting("http", CLIENTS, rules, server);
                DataPath.Client client = path.client()) {
            for (String key : List.of("one", "two")) {
                String request = GET + "X-Api-Key: " + key + "\r\n\r\n";
                assertThat(client.ask(request).status()).isEqualTo(200);
                assertThat(client.ask(request).status()).isEqualTo(200);
                assertThat(client.ask(request).status()).isEqualTo(429);
            }
            for (int n = 0; n < 5; n++) {
                assertThat(client.ask(GET + "\r\n").status()).as("without a key").isEqualTo(200);
            }
        }
    }

    @Test
    void ownCountersAndTagsAreSetAndCompared() throws Exception {
        String rules =
                """
                rules = [
                  { when { table = clients, tag = blocked, above = 0 }, deny = 403 }
                  { when { path = "/login" }, count { table = clients, counter = logins, add = 5 } }
                  { when { table = clients, counter = logins, above = 9 }, tag { table = clients, tag = blocked, value = 1 } }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.counting("http", CLIENTS, rules, server);
                DataPath.Client client = path.client()) {
            String login = "GET /login HTTP/1.1\r\nHost: a\r\n\r\n";
            assertThat(client.ask(login).status()).isEqualTo(200);
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(200);
            assertThat(client.ask(login).status()).isEqualTo(200);
            assertThat(client.ask(GET + "\r\n").status()).isEqualTo(403);
        }
    }

    @Test
    void connectionsOfTcpClientsAreLimitedAndTheirBytesCounted() throws Exception {
        String rules =
                """
                rules = [
                  { track = clients }
                  { when { table = clients, counter = connections, number = current, above = 2 }, deny = 429 }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.counting("tcp", CLIENTS, rules, server)) {
            try (DataPath.Client one = path.client();
                    DataPath.Client two = path.client()) {
                assertThat(one.ask(GET + "\r\n").status()).isEqualTo(200);
                assertThat(two.ask(GET + "\r\n").status()).isEqualTo(200);
                try (DataPath.Client three = path.client()) {
                    assertThat(ended(three)).isTrue();
                }
                Await.until("the third has gone", () -> current(path) == 2);
            }
            Await.until("all have gone", () -> current(path) == 0);
            assertThat(total(path, "connections")).isEqualTo(3);
            assertThat(total(path, "bytes-in")).isEqualTo(2 * (GET.length() + 2L));
        }
    }

    @Test
    void aConnectionOfHttp2CountsOnceHoweverManyRequestsItCarries() throws Exception {
        String rules =
                """
                rules = [
                  { track = clients }
                  { when { table = clients, counter = connections, number = current, above = 2 }, deny = 429 }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.counting("http", CLIENTS, HTTP_2 + rules, server)) {
            try (H2Client one = H2Client.greeting(path.port());
                    H2Client two = H2Client.greeting(path.port());
                    DataPath.Client other = path.client()) {
                for (int stream = 1; stream < 7; stream += 2) {
                    assertThat(one.ask(stream, REQUEST).status()).isEqualTo(200);
                    assertThat(two.ask(stream, REQUEST).status()).isEqualTo(200);
                }
                assertThat(current(path)).isEqualTo(2);
                assertThat(other.ask(GET + "\r\n").status()).isEqualTo(429);
                try (H2Client last = H2Client.greeting(path.port())) {
                    assertThat(last.ask(1, REQUEST).status()).isEqualTo(429);
                }
                Await.until("the last has gone", () -> current(path) == 3);
            }
            Await.until("all have gone", () -> current(path) == 0);
            assertThat(total(path, "connections")).isEqualTo(4);
            assertThat(total(path, "requests")).isEqualTo(8);
            assertThat(total(path, "errors")).isEqualTo(2);
        }
    }

    @Test
    void requestsOfHttp2CountTheirOwnBytesAndAnswersThoughTheyGoOnSideBySide() throws Exception {
        String tables =
                """
                clients {
                  key = text, expire = 1m
                  count {
                    errors { total = true }, failures { total = true }
                    bytes-in { total = true }, bytes-out { total = true }
                  }
                }
                """;
        String rules = "rules = [ { track = clients, by { header = X-Api-Key } } ]";
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(peer -> answerByKey(peer, go));
                RuledPath path = RuledPath.counting("http", tables, HTTP_2 + rules, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, with("one"));
            client.data(1, false, "x".repeat(10_000)).data(1, true, "x".repeat(10_000));
            assertThat(client.ask(3, with("two")).status()).isEqualTo(404);
            assertThat(client.ask(5, REQUEST).status()).as("without a key").isEqualTo(404);
            go.countDown();
            assertThat(client.response(1).status()).isEqualTo(500);
            RealTables.One table = path.table("clients");
            TableKey one = table.key("one");
            TableKey two = table.key("two");
            Await.until("it has ended", () -> total(path, one, "bytes-out") > 30_000);
            assertThat(total(path, one, "bytes-in")).isBetween(20_000L, 20_500L);
            assertThat(total(path, one, "bytes-out")).isBetween(30_000L, 30_500L);
            assertThat(total(path, one, "failures")).isEqualTo(1);
            assertThat(total(path, one, "errors")).isZero();
            assertThat(total(path, two, "bytes-in")).isBetween(10L, 500L);
            assertThat(total(path, two, "bytes-out")).isBetween(10L, 500L);
            assertThat(total(path, two, "failures")).isZero();
            assertThat(total(path, two, "errors")).isEqualTo(1);
        }
    }

    /** The first key's answer is large, a failure, and waits. */
    private static void answerByKey(ScriptedServer.Peer peer, CountDownLatch go) throws Exception {
        for (Wire.Message request = peer.request(); request != null; request = peer.request()) {
            boolean first = request.field("X-Api-Key").equals("one");
            if (first) {
                go.await();
            }
            String body = "y".repeat(first ? 30_000 : 10);
            String status = first ? "500" : "404";
            peer.send("HTTP/1.1 " + status + " X\r\nContent-Length: " + body.length() + "\r\n\r\n");
            peer.send(body);
        }
    }

    private static String[] with(String key) {
        List<String> fields = new ArrayList<>(List.of(REQUEST));
        fields.addAll(List.of("x-api-key", key));
        return fields.toArray(String[]::new);
    }

    @Test
    void limitsHoldForClientsOfHttp2Too() throws Exception {
        String errors =
                "rules = [ { limit { table = clients, counter = errors, to = 2, status = 403 } } ]";
        try (ScriptedServer server = answering(404, 10);
                RuledPath path = RuledPath.counting("http", CLIENTS, HTTP_2 + errors, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, REQUEST).status()).isEqualTo(404);
            assertThat(client.ask(3, REQUEST).status()).isEqualTo(404);
            assertThat(client.ask(5, REQUEST).status()).isEqualTo(403);
        }
        String bytes = "rules = [ { limit { table = clients, counter = bytes-out, to = 30k } } ]";
        try (ScriptedServer server = answering(200, 40_000);
                RuledPath path = RuledPath.counting("http", CLIENTS, HTTP_2 + bytes, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, REQUEST).status()).isEqualTo(200);
            assertThat(client.ask(3, REQUEST).status()).isEqualTo(429);
        }
    }

    private static boolean ended(DataPath.Client client) {
        try {
            client.ask(GET + "\r\n");
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static ScriptedServer answering(int status, int bytes) throws IOException {
        String body = "y".repeat(bytes);
        return new ScriptedServer(
                peer -> {
                    while (true) {
                        peer.request();
                        peer.send(
                                "HTTP/1.1 "
                                        + status
                                        + " X\r\nContent-Length: "
                                        + bytes
                                        + "\r\n\r\n"
                                        + body);
                    }
                });
    }

    private static long current(RuledPath path) {
        RealTables.One table = path.table("clients");
        return table.current(CLIENT, table.schema().counter("connections"));
    }

    private static long total(RuledPath path, String counter) {
        return total(path, CLIENT, counter);
    }

    private static long total(RuledPath path, TableKey key, String counter) {
        RealTables.One table = path.table("clients");
        return table.total(key, table.schema().counter(counter));
    }
}
