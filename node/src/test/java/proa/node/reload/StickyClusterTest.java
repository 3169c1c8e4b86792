package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.cluster.member.ClusterMember;
import proa.cluster.member.Member;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.config.RateConfig;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.config.TableConfig;
import proa.config.Timing;
import proa.node.Await;
import proa.node.balance.Allowance;
import proa.node.protocol.DataPath;
import proa.node.protocol.PoolPath;
import proa.node.protocol.ScriptedServer;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Sessions that one member learns, found by the other: real members, servers and clients. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class StickyClusterTest {

    private static final int LOGINS = 60;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private ProaConfig config;
    private ClusterMember here;
    private ClusterMember there;

    @BeforeEach
    void start() throws Exception {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String prefix = "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".";
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (int id = 1; id <= 2; id++) {
            nodes.add(
                    new ClusterConfig.Node(
                            "lb" + id, id, List.of(InetAddress.getByName(prefix + id))));
        }
        ClusterConfig cluster =
                new ClusterConfig(
                        "test",
                        Timing.VM,
                        nodes,
                        Optional.empty(),
                        ClusterConfig.Ports.DEFAULTS,
                        ClusterConfig.Ownership.BIND);
        TableConfig table =
                new TableConfig(
                        "sessions",
                        TableConfig.Key.TEXT,
                        Duration.ofMinutes(30),
                        10_000,
                        Optional.empty());
        TableConfig rates =
                new TableConfig(
                        "rates",
                        TableConfig.Key.TEXT,
                        Duration.ofMinutes(30),
                        10_000,
                        Optional.of(Duration.ofHours(1)));
        config = new ProaConfig(cluster, List.of(), List.of(table, rates), List.of(), List.of());
        here = member(config, "lb1");
        there = member(config, "lb2");
        Await.until(
                "together",
                () -> here.view().members().size() == 2 && there.view().members().size() == 2);
    }

    private ClusterMember member(ProaConfig config, String node) {
        Member member = ClusterMember.start(config, node, 1, Optional.empty());
        opened.add(member);
        return (ClusterMember) member;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    /** Gives a session with every login. */
    private ScriptedServer shop(String name) throws Exception {
        ScriptedServer server =
                new ScriptedServer(
                        peer -> {
                            for (var request = peer.request();
                                    request != null;
                                    request = peer.request()) {
                                String target = request.head().split(" ")[1];
                                String cookie =
                                        target.startsWith("/login/")
                                                ? "Set-Cookie: SID=" + target.substring(7) + "\r\n"
                                                : "";
                                peer.send(
                                        "HTTP/1.1 200 OK\r\n"
                                                + cookie
                                                + "Content-Length: 3\r\n\r\n"
                                                + name);
                            }
                        });
        opened.add(server);
        return server;
    }

    private PoolPath path(Member member, List<BackendConfig.Server> servers) throws Exception {
        Sticky sticky =
                new Sticky.Learn(
                        "sessions",
                        Optional.empty(),
                        Optional.of("SID"),
                        List.of(new HashKey.Cookie("SID")));
        PoolPath path =
                new PoolPath(
                        Mode.HTTP,
                        Balance.ROUND_ROBIN,
                        sticky,
                        new SharedTables(member, config, (_, _) -> {})::sticky,
                        SpreadingConfig.DEFAULTS,
                        servers);
        opened.add(path);
        return path;
    }

    private static String ask(PoolPath path, String target, String fields) throws Exception {
        try (DataPath.Client client = path.client()) {
            return client.ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                    .text();
        }
    }

    @Test
    void aSessionThatOneNodeLearnedIsFoundByTheOtherWithinMilliseconds() throws Exception {
        List<BackendConfig.Server> servers =
                List.of(
                        PoolPath.server("web1", shop("one"), Optional.empty()),
                        PoolPath.server("web2", shop("two"), Optional.empty()));
        PoolPath first = path(here, servers);
        PoolPath second = path(there, servers);
        List<Long> lags = new ArrayList<>();
        for (int login = 0; login < LOGINS; login++) {
            String server = ask(first, "/login/s" + login, "");
            long began = System.nanoTime();
            int entries = login + 1;
            Await.until("replicated", () -> there.table("sessions").size() == entries);
            lags.add(System.nanoTime() - began);
            for (int request = 0; request < 2; request++) {
                String cookie = "Cookie: SID=s" + login + "\r\n";
                assertThat(ask(second, "/cart", cookie)).isEqualTo(server);
            }
        }
        Collections.sort(lags);
        System.out.printf(
                "a learned session on the other node: p50 %.1f ms, worst %.1f ms%n",
                lags.get(LOGINS / 2) / 1e6, lags.getLast() / 1e6);
        assertThat(there.table("sessions").servers())
                .containsOnlyKeys("web1", "web2")
                .isEqualTo(here.table("sessions").servers());
        assertThat(there.table("sessions").servers().values().stream().mapToInt(n -> n).sum())
                .isEqualTo(LOGINS);
    }

    @Test
    void bothNodesTogetherKeepToTheRateOfAServer() throws Exception {
        RateConfig rate = new RateConfig(1, 1); // 3,600 in the hour that the table counts
        Allowance first = new SharedTables(here, config, (_, _) -> {}).shared("rates", "a/b", rate);
        Allowance second =
                new SharedTables(there, config, (_, _) -> {}).shared("rates", "a/b", rate);
        for (int request = 0; request < 3_600; request++) {
            assertThat(first.take()).isTrue();
        }
        assertThat(first.any()).isFalse();
        assertThat(first.take()).isFalse();
        assertThat(first.waitNanos()).isPositive();
        Await.until("the other node knows", () -> !second.any());
        assertThat(second.take()).isFalse();
    }
}
