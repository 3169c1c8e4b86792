package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig.HashKey;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.listener.Secured;
import proa.node.message.FieldEdit;
import proa.node.protocol.tcp.SourceFacts;
import proa.node.rules.FakeFacts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stickiness by values that servers make, and by parts of requests. */
class StickyValuesTest {

    private static final Facts STRANGER = FakeFacts.get("/");

    private final FakeTable table = new FakeTable();

    private Pool pool(Sticky sticky, String... servers) {
        List<BackendConfig.Server> list = new ArrayList<>();
        for (String server : servers) {
            list.add(TestPool.server(server, 1));
        }
        BackendConfig config =
                new BackendConfig(
                        "shop",
                        Balance.ROUND_ROBIN,
                        sticky,
                        Optional.empty(),
                        list,
                        BackendConfig.Timeouts.DEFAULTS,
                        2,
                        8);
        return new Pools(List.of(config), _ -> table, () -> 0, 1).pool("shop");
    }

    private static Sticky.Learn learnCookie(HashKey... found) {
        return new Sticky.Learn("t", Optional.empty(), Optional.of("JSESSIONID"), List.of(found));
    }

    private static final HashKey SESSION = new HashKey.Cookie("JSESSIONID");

    private static String pick(Pool pool, Facts facts) {
        Server server = pool.destination(facts).next();
        server.ended();
        return server.name();
    }

    private static FakeFacts session(String id) {
        return FakeFacts.get("/").withCookie("JSESSIONID", id);
    }

    /** Lets a response with this line pass; the line as the client gets it. */
    private static String respond(Destination choice, String name, String line) {
        String passed = line;
        for (FieldEdit edit : choice.edits(null).response()) {
            if (edit instanceof FieldEdit.Replace(String field, var change)
                    && field.equalsIgnoreCase(name)) {
                passed = change.apply(passed);
            }
        }
        return passed;
    }

    private static @Nullable String serverOf(FakeTable table, String text) {
        return table.entries.get(TextKeys.of(text));
    }

    @Test
    void aValueIsLearnedFromAResponseAndFoundInRequests() {
        Pool pool = pool(learnCookie(SESSION, new HashKey.Parameter("sid")), "a", "b");
        Destination login = pool.destination(STRANGER);
        assertThat(login.next().name()).isEqualTo("a");
        String line = "JSESSIONID=5F1E; Path=/; HttpOnly";
        assertThat(respond(login, "Set-Cookie", line)).isEqualTo(line);
        assertThat(serverOf(table, "5F1E")).isEqualTo("a");

        for (int request = 0; request < 4; request++) {
            assertThat(pick(pool, session("5F1E"))).isEqualTo("a");
            assertThat(pick(pool, FakeFacts.get("/cart?x=1&sid=5F1E"))).isEqualTo("a");
        }
        Pool peer = pool(learnCookie(SESSION), "b", "a");
        assertThat(pick(peer, session("5F1E"))).as("on a peer node").isEqualTo("a");
    }

    @Test
    void valuesThatNoServerGaveAreNotNoted() {
        Pool pool = pool(learnCookie(SESSION), "a", "b");
        for (int guess = 0; guess < 100; guess++) {
            pick(pool, session("guess" + guess));
        }
        assertThat(table.entries).isEmpty();
    }

    @Test
    void aLearnedClientWhoseServerIsDownStaysWhereItGoes() {
        Pool pool = pool(learnCookie(SESSION), "a", "b", "c");
        table.stick(TextKeys.of("5F1E"), "a");
        pool.health(pool.servers().getFirst(), Health.DOWN, "a test");
        String next = pick(pool, session("5F1E"));
        assertThat(next).isIn("b", "c");
        for (int request = 0; request < 4; request++) {
            assertThat(pick(pool, session("5F1E"))).isEqualTo(next);
        }
    }

    @Test
    void anEntryOfARemovedServerIsNotUsed() {
        table.stick(TextKeys.of("5F1E"), "gone");
        Pool pool = pool(learnCookie(SESSION), "a");
        assertThat(pick(pool, session("5F1E"))).isEqualTo("a");
        assertThat(serverOf(table, "5F1E")).isEqualTo("a");
    }

    @Test
    void aValueIsLearnedFromTheServerThatAnsweredInTheEnd() {
        Pool pool = pool(learnCookie(SESSION), "a", "b");
        Destination choice = pool.destination(STRANGER);
        assertThat(choice.next().name()).isEqualTo("a");
        assertThat(choice.next().name()).as("a could not be reached").isEqualTo("b");
        respond(choice, "Set-Cookie", "JSESSIONID = 77 ;Path=/");
        assertThat(serverOf(table, "77")).isEqualTo("b");
    }

    @Test
    void aFieldIsLearnedTooAndOtherCookiesAndEmptyOnesAreNot() {
        Sticky byField =
                new Sticky.Learn(
                        "t",
                        Optional.of("X-Session"),
                        Optional.empty(),
                        List.of(new HashKey.Header("X-Session")));
        Pool pool = pool(byField, "a", "b");
        Destination choice = pool.destination(STRANGER);
        choice.next();
        respond(choice, "X-Session", "s1");
        assertThat(pick(pool, FakeFacts.get("/").withHeader("x-session", "s1"))).isEqualTo("a");

        Destination other = pool(learnCookie(SESSION), "a").destination(STRANGER);
        other.next();
        respond(other, "Set-Cookie", "OTHER=1");
        respond(other, "Set-Cookie", "JSESSIONIDX=1");
        respond(other, "Set-Cookie", "JSESSIONID=; Max-Age=0");
        respond(other, "Set-Cookie", "JSESSIONID");
        assertThat(table.entries).hasSize(1);
    }

    @Test
    void theServersNameStandsBehindTheLastDot() {
        Sticky.Route route = new Sticky.Route(Optional.of("JSESSIONID"), Optional.of("jsessionid"));
        Pool pool = pool(route, "web1", "web2", "web3");
        assertThat(pick(pool, session("5F.1E.web3"))).isEqualTo("web3");
        assertThat(pick(pool, FakeFacts.get("/cart;jsessionid=5F1E.web2"))).isEqualTo("web2");
        assertThat(pick(pool, FakeFacts.get("/cart;jsessionid=5F1E.web3;v=1/all")))
                .isEqualTo("web3");
        assertThat(pick(pool, FakeFacts.get("/cart?a=b&jsessionid=5F1E.web3"))).isEqualTo("web3");
        assertThat(pick(pool, session("5F1E.web2").withHeader("A", "b"))).isEqualTo("web2");
    }

    @Test
    void withoutAServersNameTheAlgorithmChooses() {
        Sticky.Route route = new Sticky.Route(Optional.of("JSESSIONID"), Optional.empty());
        Pool pool = pool(route, "web1", "web2");
        List<String> picks = new ArrayList<>();
        for (String id : List.of("5F1E", "5F1E.", "5F1E.gone", "web1", ".")) {
            picks.add(pick(pool, session(id)));
        }
        assertThat(picks).containsExactly("web1", "web2", "web1", "web2", "web1");
        pool.health(pool.servers().getFirst(), Health.DOWN, "a test");
        assertThat(pick(pool, session("5F1E.web1"))).isEqualTo("web2");
    }

    @Test
    void aTableKeepsAnyPartOfARequest() {
        List<HashKey> parts =
                List.of(
                        new HashKey.Header("X-User"),
                        new HashKey.Cookie("user"),
                        new HashKey.Parameter("user"),
                        new HashKey.Host(),
                        new HashKey.ServerName());
        List<Facts> ofAnna =
                List.of(
                        STRANGER_WITH_HEADER,
                        FakeFacts.get("/").withCookie("user", "anna"),
                        FakeFacts.get("/?user=anna"),
                        FakeFacts.get("/").host("anna"),
                        new SourceFacts(
                                STRANGER.source(),
                                STRANGER.destination(),
                                new Secured("anna", null)));
        for (int at = 0; at < parts.size(); at++) {
            table.entries.clear();
            Sticky sticky = new Sticky.Table("t", parts.get(at), FirstChoice.ALGORITHM);
            Pool pool = pool(sticky, "a", "b");
            assertThat(pick(pool, ofAnna.get(at))).isEqualTo("a");
            assertThat(pick(pool, STRANGER)).as("sticks to nothing").isEqualTo("b");
            assertThat(pick(pool, ofAnna.get(at))).isEqualTo("a");
            assertThat(pick(pool, ofAnna.get(at))).isEqualTo("a");
            assertThat(table.entries).containsOnlyKeys(TextKeys.of("anna"));
        }
    }

    private static final Facts STRANGER_WITH_HEADER =
            FakeFacts.get("/").withHeader("X-User", "anna");

    @Test
    void theFirstChoiceByHashIsTheSameOnEveryNode() {
        Sticky sticky = new Sticky.Table("t", new HashKey.Header("X-User"), FirstChoice.HASH);
        Pool here = pool(sticky, "a", "b", "c");
        FakeTable theirs = new FakeTable();
        for (int user = 0; user < 100; user++) {
            Facts facts = FakeFacts.get("/").withHeader("X-User", "user" + user);
            String server = pick(here, facts);
            table.entries.clear(); // a peer that has not heard yet
            assertThat(pick(here, facts)).isEqualTo(server);
            theirs.stick(TextKeys.of("user" + user), server);
        }
        assertThat(theirs.entries.values()).contains("a", "b", "c");
    }

    @Test
    void keysOfTextsAndAddressesDoNotMeet() {
        TableKey address = TableKey.ofAddress(STRANGER.source());
        assertThat(TextKeys.of("10.0.0.1")).isNotEqualTo(address);
        assertThat(TextKeys.of("anna")).isEqualTo(TextKeys.of("anna"));
        assertThat(TextKeys.of("anna").high()).isNotEqualTo(TextKeys.of("anna").low());
    }
}
