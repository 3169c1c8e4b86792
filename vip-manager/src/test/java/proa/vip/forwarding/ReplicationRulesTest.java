package proa.vip.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.NatOptions;
import proa.vip.forwarding.Mirror.Effect;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.message.Endpoint;
import proa.vip.message.MeshMessage.Connections;
import proa.vip.message.MeshMessage.Connections.Step;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Which connections are told to other nodes, and what these make of it. */
class ReplicationRulesTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int ESTABLISHED = 3;
    private static final Service SQL = service("sql", false);
    private static final Service DNS = service("dns", true);
    private static final Endpoint ADDRESS = Endpoint.of(SQL.address());

    private final Strays strays = new Strays(List.of(SQL, DNS));
    private final Mirror mirror = new Mirror(List.of(SQL, DNS), 0);

    private static Service service(String name, boolean udp) {
        List<Server> servers = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.ofLiteral("10.78.0.2" + number), 3306);
            servers.add(new Server("s" + number, address, 1, false, 1, Optional.empty()));
        }
        return new Service(
                name,
                "db",
                Forwarding.NAT,
                udp,
                new InetSocketAddress(InetAddress.ofLiteral("10.77.0.100"), 3306),
                List.of(),
                false,
                1,
                new NatOptions(Optional.empty(), true),
                servers);
    }

    private static Endpoint client(int number) {
        return new Endpoint(false, 0, 0xc612_0001L + number / 60_000, 1_024 + number % 60_000);
    }

    private static Endpoint server(String name) {
        return Endpoint.of(
                SQL.servers().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .address());
    }

    private static Tracked tracked(Endpoint client, String server, int state) {
        return new Tracked(false, state, client, ADDRESS, server(server), client);
    }

    private static Optional<Buckets> table(String... usable) {
        return Buckets.of(SQL, Set.of(usable));
    }

    private static String byTable(Optional<Buckets> table, Endpoint client) {
        return table.orElseThrow().nameAt(KernelHash.bucket(client, false));
    }

    private List<Connections> look(long nowNanos, Tracked... all) {
        Set<String> groups = strays.looking(nowNanos);
        assertThat(groups).containsExactly("db");
        for (Tracked each : all) {
            strays.saw(each);
        }
        strays.looked(groups, nowNanos);
        return strays.say(Integer.MAX_VALUE);
    }

    /** Taken from the kernel's own source, compiled for a little-endian machine. */
    @Test
    void clientsFallIntoTheKernelsBuckets() {
        assertThat(KernelHash.hash(0x50726f61, 0x0100_007f, 0x5000)).isEqualTo(VECTOR_4);
        assertThat(KernelHash.hash(0x50726f61, 1, 2, 3, 4, 5)).isEqualTo(VECTOR_6);
        assertThat(KernelHash.hash(0x50726f61, 7)).isEqualTo(VECTOR_1);
    }

    private static final int VECTOR_4 = 0xb0013aab;
    private static final int VECTOR_6 = 0xc1f983c7;
    private static final int VECTOR_1 = 0xae4b7b41;

    @Test
    void onlyTheOwnersConnectionsThatTheTableDoesNotLeadToAreTold() {
        strays.installed(SQL, table("s1", "s2"), 0);
        assertThat(strays.looking(0)).as("not ours").isEmpty();
        strays.owner("db", true, 7, 0);
        Endpoint straying = client(1);
        Endpoint following = client(2);
        String leads = byTable(table("s1", "s2"), following);
        List<Connections> said =
                look(
                        0,
                        tracked(straying, "s3", ESTABLISHED),
                        tracked(following, leads, ESTABLISHED),
                        tracked(client(3), "s3", 7), // TIME_WAIT
                        new Tracked(false, 3, client(4), ADDRESS, client(9), client(4)));
        assertThat(said)
                .containsExactly(
                        new Connections(
                                "sql", 7, 1, Step.HERE, "s3", ESTABLISHED, List.of(straying)),
                        new Connections("sql", 7, 1, Step.ALL, "", 0, List.of()),
                        new Connections("dns", 7, 1, Step.ALL, "", 0, List.of()));
        assertThat(strays.looking(4 * SECOND)).isEmpty();
        assertThat(look(5 * SECOND))
                .containsExactly(
                        new Connections(
                                "sql", 7, 1, Step.GONE, "s3", ESTABLISHED, List.of(straying)));
        assertThat(strays.looking(60 * SECOND)).as("none is left to look after").isEmpty();
    }

    @Test
    void aConnectionWhoseServerSpokeFirstIsFoundAsWell() {
        strays.installed(SQL, table("s1", "s2"), 0);
        strays.owner("db", true, 7, 0);
        Endpoint client = client(1);
        Tracked turned = new Tracked(false, ESTABLISHED, server("s3"), client, client, ADDRESS);
        assertThat(look(0, turned))
                .contains(
                        new Connections(
                                "sql", 7, 1, Step.HERE, "s3", ESTABLISHED, List.of(client)));
    }

    @Test
    void tooManyAreCountedAndLeftOut() {
        strays.installed(SQL, table("s1", "s2"), 0);
        strays.owner("db", true, 7, 0);
        Tracked[] all = new Tracked[Strays.CONNECTIONS_MAX + 5];
        for (int number = 0; number < all.length; number++) {
            all[number] = tracked(client(number), "s3", ESTABLISHED);
        }
        List<Connections> said = look(0, all);
        assertThat(said.stream().mapToInt(each -> each.clients().size()).sum())
                .isEqualTo(Strays.CONNECTIONS_MAX);
        assertThat(said)
                .allSatisfy(each -> assertThat(each.clients().size()).isLessThanOrEqualTo(256));
        Map<String, Counted> counted = new HashMap<>();
        strays.count(counted::put);
        assertThat(counted).containsEntry("sql", new Counted(Strays.CONNECTIONS_MAX, 5));
        mirror.owner("db", false, 7);
        said.forEach(mirror::heard);
        mirror.heard(here("dns", 7, 1, "s3", 0, client(1)));
        mirror.count(counted::put);
        assertThat(counted)
                .containsEntry("sql", new Counted(Strays.CONNECTIONS_MAX, 0))
                .containsEntry("dns", new Counted(0, 1));
    }

    private static Connections here(
            String frontend, long term, long round, String server, int state, Endpoint client) {
        return new Connections(frontend, term, round, Step.HERE, server, state, List.of(client));
    }

    @Test
    void whatAPeerMakesUpIsNotPutIntoTheKernel() {
        assertThat(mirror.heard(here("sql", 1, 1, "stranger", 3, client(1)))).isEmpty();
        assertThat(mirror.heard(here("sql", 1, 1, "s1", 1, client(1)))).as("a state").isEmpty();
        assertThat(mirror.heard(here("dns", 1, 1, "s1", 3, client(1)))).as("of UDP").isEmpty();
        assertThat(mirror.heard(here("nobody", 1, 1, "s1", 3, client(1)))).isEmpty();
        Endpoint six = new Endpoint(true, 1, 2, 3);
        assertThat(mirror.heard(here("sql", 1, 1, "s1", 3, six))).as("other family").isEmpty();
        Map<String, Counted> counted = new HashMap<>();
        mirror.count(counted::put);
        assertThat(counted)
                .containsEntry("sql", new Counted(0, 3))
                .containsEntry("dns", new Counted(0, 1));
    }

    /** A node that is cut off from its gateway takes over without a new one. */
    @Test
    void anOwnerOfTheSameTermCountsTheFormerOnesRoundsOn() {
        strays.heard(here("sql", 6, 9, "s1", 3, client(1)));
        strays.heard(here("sql", 7, 4, "s1", 3, client(1)));
        strays.heard(here("sql", 7, 3, "s1", 3, client(1)));
        strays.owner("db", true, 7, 0);
        List<Connections> said = look(0, tracked(client(2), "s3", ESTABLISHED));
        mirror.heard(here("sql", 7, 4, "s1", 3, client(1)));
        assertThat(said.stream().filter(each -> each.frontend().equals("sql")))
                .isNotEmpty()
                .allMatch(each -> each.round() == 5)
                .anySatisfy(each -> assertThat(mirror.heard(each)).isNotEmpty());
        assertThat(said.stream().filter(each -> each.frontend().equals("dns")))
                .allMatch(each -> each.round() == 1);
        strays.owner("db", true, 8, 0);
        strays.connected(0);
        assertThat(look(0)).isNotEmpty().anyMatch(each -> each.round() == 6);
    }

    @Test
    void aLaterTermHoldsAndAnOwnerIsToldNothing() {
        assertThat(mirror.heard(here("sql", 5, 1, "s1", 3, client(1)))).hasSize(1);
        assertThat(mirror.heard(here("sql", 4, 9, "s2", 3, client(2)))).as("earlier").isEmpty();
        assertThat(mirror.heard(here("sql", 6, 1, "s1", 3, client(2)))).hasSize(1);
        Connections all = new Connections("sql", 6, 1, Step.ALL, "", 0, List.of());
        assertThat(mirror.heard(all)).containsExactly(new Effect.Remove(SQL, client(1)));
        mirror.owner("db", true, 7);
        assertThat(mirror.heard(here("sql", 8, 1, "s1", 3, client(3)))).as("ours").isEmpty();
        assertThat(mirror.forgotten("db")).as("the kernel's own now").isEmpty();
    }

    @Test
    void whatTheKernelWouldForgetIsPutAgainInTime() {
        mirror.heard(here("sql", 5, 1, "s1", 3, client(1)));
        mirror.heard(here("sql", 5, 1, "s2", 4, client(2)));
        mirror.heard(here("dns", 5, 1, "s2", 0, client(3)));
        assertThat(mirror.tick(299 * SECOND)).isEmpty();
        assertThat(mirror.tick(300 * SECOND))
                .extracting(Effect::client)
                .containsExactlyInAnyOrder(client(2), client(3));
        assertThat(mirror.tick(301 * SECOND)).isEmpty();
        assertThat(mirror.tick(60 * 3_600 * SECOND)).hasSize(3);
        assertThat(mirror.forgotten("db")).hasSize(3);
        assertThat(mirror.forgotten("web")).isEmpty();
    }

    /**
     * Connections begin and end, tables change, owners die, peers are away for a while and forget:
     * whoever becomes the owner once the last change has been told finds every connection's server.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyNextOwnerFindsTheServerOfEveryConnection(long seed) {
        Simulated world = new Simulated(new Random(seed));
        for (int step = 0; step < 400; step++) {
            world.step();
        }
        assertThat(world.takeovers).as("seed " + seed).isGreaterThan(10);
        assertThat(world.strayed).as("seed " + seed).isGreaterThan(10);
    }

    private static final class Node {
        final Strays strays = new Strays(List.of(SQL));
        final Mirror mirror = new Mirror(List.of(SQL), 0);
        final Map<Endpoint, String> kernel = new HashMap<>();
        boolean away;
        long forgetNanos = Long.MAX_VALUE;

        void carryOut(List<Effect> effects) {
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.Put put -> kernel.put(put.client(), put.server().name());
                    case Effect.Remove remove -> kernel.remove(remove.client());
                }
            }
        }
    }

    private static final class Simulated {
        final Random random;
        final List<Node> nodes = List.of(new Node(), new Node(), new Node());
        final Map<Endpoint, String> living = new HashMap<>();
        Optional<Buckets> table = table("s1", "s2", "s3");
        int owner;
        long term;
        long now;
        int next;
        int takeovers;
        int strayed;

        Simulated(Random random) {
            this.random = random;
            become(0);
        }

        void become(int node) {
            owner = node;
            term++;
            for (int each = 0; each < nodes.size(); each++) {
                Node one = nodes.get(each);
                one.strays.installed(SQL, table, now);
                one.strays.owner("db", each == owner, term, now);
                one.mirror.owner("db", each == owner, term);
                one.forgetNanos = each == owner ? Long.MAX_VALUE : now + 10 * SECOND;
            }
            Node ours = nodes.get(owner);
            living.forEach(
                    (client, server) -> {
                        String found =
                                ours.kernel.computeIfAbsent(client, _ -> byTable(table, client));
                        assertThat(found).as("server of %s", client).isEqualTo(server);
                    });
        }

        void step() {
            now += random.nextInt(3_000) * 1_000_000L;
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> open(random.nextInt(40));
                case 3 -> close();
                case 4 -> change();
                case 5 -> nodes.get(random.nextInt(3)).away = true;
                case 6 -> back();
                default -> takeover();
            }
            forget();
            tell();
        }

        void open(int count) {
            for (int each = 0; each < count; each++) {
                Endpoint client = client(next++);
                living.put(client, byTable(table, client));
                nodes.get(owner).kernel.put(client, byTable(table, client));
            }
        }

        void close() {
            for (Endpoint client : new HashSet<>(living.keySet())) {
                if (random.nextInt(4) == 0) {
                    living.remove(client);
                    nodes.get(owner).kernel.remove(client);
                }
            }
        }

        void change() {
            List<String> usable = new ArrayList<>(List.of("s1", "s2", "s3"));
            if (random.nextBoolean()) {
                usable.remove(random.nextInt(3));
            }
            table = table(usable.toArray(String[]::new));
            nodes.forEach(each -> each.strays.installed(SQL, table, now));
        }

        void back() {
            for (Node each : nodes) {
                if (each.away) {
                    each.away = false;
                    nodes.get(owner).strays.connected(now);
                }
            }
        }

        /** By a node that is there and has been told all. */
        void takeover() {
            back();
            now += 5 * SECOND;
            forget();
            tell();
            // Also what ended at another while this one was no owner: its kernel knows no better.
            Map<Endpoint, String> owned = nodes.get(owner).kernel;
            Set<Endpoint> astray = new HashSet<>(owned.keySet());
            astray.removeIf(client -> byTable(table, client).equals(owned.get(client)));
            strayed += astray.size();
            for (int each = 0; each < nodes.size(); each++) {
                if (each != owner && nodes.get(each).forgetNanos == Long.MAX_VALUE) {
                    assertThat(nodes.get(each).kernel.keySet()).isEqualTo(astray);
                }
            }
            become((owner + 1 + random.nextInt(2)) % 3);
            takeovers++;
        }

        void forget() {
            for (Node each : nodes) {
                if (now >= each.forgetNanos) {
                    each.forgetNanos = Long.MAX_VALUE;
                    each.kernel.clear();
                    each.carryOut(each.mirror.forgotten("db"));
                }
            }
        }

        void tell() {
            Node from = nodes.get(owner);
            Set<String> groups = from.strays.looking(now);
            if (!groups.isEmpty()) {
                from.kernel.forEach(
                        (client, server) -> from.strays.saw(tracked(client, server, ESTABLISHED)));
                from.strays.looked(groups, now);
            }
            for (Connections said : from.strays.say(Integer.MAX_VALUE)) {
                for (Node to : nodes) {
                    if (to != from && !to.away) {
                        to.carryOut(to.mirror.heard(said));
                    }
                }
            }
        }
    }
}
