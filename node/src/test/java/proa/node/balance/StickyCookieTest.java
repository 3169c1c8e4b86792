package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.StickyCookie;
import proa.config.StickyCookie.Attributes;
import proa.config.StickyCookie.Life;
import proa.config.StickyCookie.Mode;
import proa.config.StickyCookie.SameSite;
import proa.config.StickyCookie.Secret;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What our own cookie says, how long, and to whom. */
class StickyCookieTest {

    private static final Secret OLD = new Secret("an old secret of ours");
    private static final Secret NEW = new Secret("a newer secret of ours");

    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final InstantSource time = () -> now;

    private Pool pool(StickyCookie cookie, String... servers) {
        return pool("shop", cookie, servers);
    }

    private Pool pool(String name, StickyCookie cookie, String... servers) {
        List<BackendConfig.Server> list = new ArrayList<>();
        for (String server : servers) {
            list.add(TestPool.server(server, 1));
        }
        BackendConfig config =
                new BackendConfig(
                        name,
                        Balance.ROUND_ROBIN,
                        new Sticky.Cookie(cookie),
                        Optional.empty(),
                        list,
                        BackendConfig.Timeouts.DEFAULTS,
                        2,
                        8);
        return new Pools(List.of(config), _ -> null, () -> 0, 1, time).pool(name);
    }

    private static StickyCookie signed(Secret... secrets) {
        return new StickyCookie(
                "ID", Mode.INSERT, true, Attributes.DEFAULTS, Life.DEFAULTS, List.of(secrets));
    }

    private static StickyCookie living(Duration idle, Duration life, Secret... secrets) {
        return new StickyCookie(
                "ID",
                Mode.INSERT,
                true,
                Attributes.DEFAULTS,
                new Life(Optional.ofNullable(idle), Optional.ofNullable(life)),
                List.of(secrets));
    }

    private static Destination with(Pool pool, String cookie) {
        return pool.destination(FakeFacts.get("/").withCookie("ID", cookie));
    }

    /** The cookie a client without one gets from this pool. */
    private static String given(Pool pool) {
        Destination choice = pool.destination(FakeFacts.get("/"));
        return value(choice, choice.next());
    }

    private static String value(Destination choice, Server server) {
        String set = choice.setCookieFor(server);
        return set.substring(3, set.indexOf(';'));
    }

    @Test
    void theClientIsToldEverythingThatIsConfigured() {
        StickyCookie cookie =
                new StickyCookie(
                        "srv_id",
                        Mode.INSERT,
                        true,
                        new Attributes(
                                "/shop",
                                Optional.of(".example.com"),
                                true,
                                false,
                                Optional.of(SameSite.NONE),
                                Optional.of(Duration.ofHours(1))),
                        Life.DEFAULTS,
                        List.of());
        Pool pool = pool(cookie, "a");
        Destination choice = pool.destination(FakeFacts.get("/"));
        now = Instant.parse("2026-03-01T09:59:59.999Z");
        String told =
                "srv_id=a; Domain=.example.com; Path=/shop; Max-Age=3600; Secure; SameSite=None;"
                        + " Expires=";
        assertThat(choice.setCookieFor(choice.next()))
                .isEqualTo(told + "Sun, 01 Mar 2026 10:59:59 GMT");
        now = Instant.parse("2026-12-31T23:59:59Z");
        Destination later = pool.destination(FakeFacts.get("/"));
        assertThat(later.setCookieFor(later.next()))
                .isEqualTo(told + "Fri, 01 Jan 2027 00:59:59 GMT");
        assertThat(choice.hiddenCookie()).isEqualTo("srv_id");
    }

    @Test
    void aCookieThatIsNotIndirectIsShownToServers() {
        StickyCookie cookie =
                new StickyCookie(
                        "ID", Mode.INSERT, false, Attributes.DEFAULTS, Life.DEFAULTS, List.of());
        assertThat(pool(cookie, "a").destination(FakeFacts.get("/")).hiddenCookie()).isNull();
    }

    @Test
    void aSignedCookieIsObeyedByEveryNode() {
        String value = given(pool(signed(NEW), "a", "b"));
        assertThat(value).matches("a![A-Za-z0-9_-]{22}");
        Pool peer = pool(signed(NEW), "b", "a");
        for (int request = 0; request < 5; request++) {
            Destination choice = with(peer, value);
            Server server = choice.next();
            assertThat(server.name()).isEqualTo("a");
            assertThat(choice.setCookieFor(server)).isNull();
        }
        assertThat(peer.cookies()).contains(new Pool.Cookies(0, 0));
    }

    @Test
    void everySecretIsAcceptedAndTheFirstSigns() {
        Pool rotating = pool(signed(NEW, OLD), "a", "b");
        String old = given(pool(signed(OLD), "b"));
        assertThat(with(rotating, old).next().name()).isEqualTo("b");
        assertThat(given(rotating)).isEqualTo(given(pool(signed(NEW), "a")));
        assertThat(with(pool(signed(NEW), "a", "b"), old).next().name())
                .as("the old secret is gone")
                .isEqualTo("a");
    }

    @Test
    void aTamperedValueKeepsNobodyAndIsCounted() {
        Pool pool = pool(signed(NEW), "a", "b");
        String value = given(pool); // the first turn is a's
        String signature = value.substring(1);
        String other = signature.endsWith("A") ? "B" : "A";
        List<String> forged =
                List.of(
                        "b" + signature,
                        "a",
                        "a!",
                        "!",
                        "a!!" + signature.substring(1),
                        "a" + signature.substring(0, signature.length() - 1) + other,
                        "a" + signature + "=");
        for (int at = 0; at < forged.size(); at++) {
            String turn = at % 2 == 0 ? "b" : "a";
            Destination choice = with(pool, forged.get(at));
            Server server = choice.next();
            assertThat(server.name()).as(forged.get(at)).isEqualTo(turn);
            assertThat(choice.setCookieFor(server)).startsWith("ID=" + turn + "!");
        }
        assertThat(pool.cookies()).contains(new Pool.Cookies(forged.size(), 0));
    }

    @Test
    void aValueSignedForAnotherBackendOrCookieIsForged() {
        Pool cart = pool("cart", signed(NEW), "a");
        assertThat(with(cart, given(pool(signed(NEW), "a"))).next().name()).isEqualTo("a");
        assertThat(cart.cookies()).contains(new Pool.Cookies(1, 0));
    }

    @Test
    void aCookieIsRenewedWhileItsClientComesAndOverWhenItDoesNot() {
        Pool pool = pool(living(Duration.ofMinutes(16), null, NEW), "a", "b");
        String value = given(pool);
        for (int minute = 0; minute < 60; minute++) {
            now = now.plusSeconds(61);
            Destination choice = with(pool, value);
            Server server = choice.next();
            assertThat(server.name()).isEqualTo("a");
            value = value(choice, server);
        }
        now = now.plusSeconds(30);
        Destination soon = with(pool, value);
        assertThat(soon.setCookieFor(soon.next())).as("not with every response").isNull();

        now = now.plus(Duration.ofMinutes(17));
        Destination late = with(pool, value);
        assertThat(late.setCookieFor(late.next())).startsWith("ID=b!");
        assertThat(pool.cookies()).contains(new Pool.Cookies(0, 1));
    }

    @Test
    void aCookieIsOverAfterItsLifeHoweverOftenItsClientComes() {
        Pool pool = pool(living(Duration.ofMinutes(16), Duration.ofHours(1)), "a", "b");
        String value = given(pool);
        Instant end = now.plus(Duration.ofHours(1));
        while (now.plusSeconds(120).isBefore(end)) {
            now = now.plusSeconds(120);
            Destination choice = with(pool, value);
            Server server = choice.next();
            assertThat(server.name()).isEqualTo("a");
            value = value(choice, server);
        }
        now = end.plusSeconds(1);
        assertThat(with(pool, value).next().name()).isEqualTo("b");
        assertThat(pool.cookies()).contains(new Pool.Cookies(0, 1));
    }

    @Test
    void timesCannotBeChangedInASignedCookieAndNonsenseIsNoTime() {
        Pool pool = pool(living(Duration.ofHours(1), null, NEW), "a", "b");
        String value = given(pool);
        String[] parts = value.split("!");
        String younger = parts[0] + "!" + parts[1] + "!ffffffff!" + parts[3];
        assertThat(with(pool, younger).next().name()).isEqualTo("b");
        assertThat(pool.cookies()).contains(new Pool.Cookies(1, 0));

        Pool plain = pool(living(Duration.ofHours(1), null), "a");
        for (String nonsense : List.of("a!", "a!1", "a!!", "a!x!1", "a!1!12345678901", "!1!1")) {
            Destination choice = with(plain, nonsense);
            assertThat(choice.setCookieFor(choice.next())).as(nonsense).startsWith("ID=a!");
        }
    }

    @Test
    void aCookieFromBeforeItsLifeWasLimitedIsObeyedAndDated() {
        Pool pool = pool(living(Duration.ofHours(1), null), "a", "b");
        Destination choice = with(pool, "b");
        Server server = choice.next();
        assertThat(server.name()).isEqualTo("b");
        assertThat(choice.setCookieFor(server)).startsWith("ID=b!");
    }

    @Test
    void aServerUnderMaintenanceKeepsItsClientsWhileItDrains() {
        Pool pool = pool(signed(NEW), "a", "b");
        String value = given(pool);
        PooledServer a = pool.servers().getFirst();
        pool.order(a, Order.DRAIN, "a test");
        assertThat(with(pool, value).next().name()).isEqualTo("a");
        assertThat(given(pool)).startsWith("b!");
        assertThat(given(pool)).startsWith("b!");
        pool.order(a, Order.MAINTENANCE, "a test");
        Destination choice = with(pool, value);
        assertThat(choice.setCookieFor(choice.next())).startsWith("ID=b!");
    }
}
