package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.HealthConfig;
import proa.config.HealthConfig.Failure;
import proa.config.HealthConfig.Passive;
import proa.node.Await;
import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

class EjectorTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void takesOutWhoFailsTrafficAndLetsHimBackIn() throws Exception {
        Pool pool = pool(2, Duration.ofMillis(50));
        List<String> told = new CopyOnWriteArrayList<>(); // it may be over before anybody looks
        try (Probes probes = Probes.start(List.of(pool), 1, (_, words) -> told.add(words))) {
            assertThat(probes.firstRoundDone()).as("there is nothing to probe").isTrue();
            PooledServer failing = pool.servers().getFirst();
            for (int failure = 0; failure < 3; failure++) {
                failing.connectFailed("");
            }
            Await.until("out and back", () -> told.size() == 2);
            assertThat(failing.standing().ejected()).isFalse();
            failing.connectFailed("");
            Await.until("out again after one failure", () -> told.size() > 2);
            String out = "ejected: it failed live traffic";
            assertThat(told).startsWith(out, "back, on trial", out);
        }
    }

    @Test
    void countsOnlyWhatIsConfigured() throws Exception {
        Pool pool = pool(4, HOUR);
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes).isNotNull();
            PooledServer answering = pool.servers().getFirst();
            PooledServer silent = pool.servers().get(1);
            for (int failure = 0; failure < 3; failure++) {
                answering.failed(Failure.SERVER_ERROR, "");
                silent.failed(Failure.NO_ANSWER, "");
            }
            Await.until("out", () -> silent.standing().ejected());
            assertThat(answering.standing().ejected()).isFalse();
        }
    }

    @Test
    void keepsHalfOfTheServersWhateverHappens() throws Exception {
        Pool pool = pool(4, HOUR);
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes).isNotNull();
            pool.health(pool.servers().get(3), Health.DOWN, "a test");
            for (PooledServer server : pool.servers()) {
                for (int failure = 0; failure < 5; failure++) {
                    server.connectFailed("");
                }
            }
            Await.until("the first is out", () -> pool.servers().getFirst().standing().ejected());
            assertThat(pool.servers()).filteredOn(each -> each.standing().ejected()).hasSize(1);
        }
    }

    /** Half of four may be out: one in maintenance and one that drains are that half. */
    @Test
    void whatOperatorsTookOutCounts() throws Exception {
        Pool pool = pool(4, HOUR);
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes).isNotNull();
            PooledServer serves = pool.servers().getFirst();
            PooledServer drains = pool.servers().get(2);
            PooledServer maintained = pool.servers().get(3);
            pool.order(drains, Order.DRAIN, "a test");
            pool.order(maintained, Order.MAINTENANCE, "a test");
            for (PooledServer server : List.of(serves, maintained, drains)) {
                for (int failure = 0; failure < 3; failure++) {
                    server.connectFailed("");
                }
            }
            Await.until("with itself two are out", () -> drains.standing().ejected());
            assertThat(serves.standing().ejected()).isFalse();
            assertThat(maintained.standing().ejected()).as("of what was under way").isFalse();
        }
    }

    /** Or the last one that takes new clients could be out, beside one that takes none. */
    @Test
    void aServerOfWeightZeroCounts() throws Exception {
        Pool pool = pool(4, HOUR);
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes).isNotNull();
            PooledServer serves = pool.servers().getFirst();
            PooledServer drains = pool.servers().get(2);
            PooledServer weightless = pool.servers().get(3);
            pool.order(drains, Order.DRAIN, "a test");
            pool.weight(weightless, 0);
            for (PooledServer server : List.of(serves, weightless)) {
                for (int failure = 0; failure < 3; failure++) {
                    server.connectFailed("");
                }
            }
            Await.until("with itself two are out", () -> weightless.standing().ejected());
            assertThat(serves.standing().ejected()).isFalse();
        }
    }

    /** The servers are the same after a reload that weighs them otherwise. */
    @Test
    void aServerThatTheFileGivesWeightZeroCounts() throws Exception {
        Pools before = pools(4, HOUR);
        try (Probes probes = Probes.start(before.all(), 1)) {
            BackendConfig config = before.pool("shop").config();
            List<BackendConfig.Server> servers = new ArrayList<>(config.servers());
            BackendConfig.Server last = servers.removeLast();
            servers.add(new BackendConfig.Server(last.name(), last.address(), 0, false));
            BackendConfig weighed =
                    new BackendConfig(
                                    config.name(),
                                    config.balance(),
                                    config.sticky(),
                                    config.check(),
                                    servers,
                                    config.timeouts(),
                                    config.retries(),
                                    config.idleConnectionsMax())
                            .with(config.health());
            Pools after = before.next(List.of(weighed));
            after.takeOver(before);
            probes.follow(after.all());
            before.retire(after);
            Pool pool = after.pool("shop");
            PooledServer serves = pool.servers().getFirst();
            PooledServer weightless = pool.servers().get(3);
            pool.order(pool.servers().get(2), Order.DRAIN, "a test");
            for (PooledServer server : List.of(serves, weightless)) {
                for (int failure = 0; failure < 3; failure++) {
                    server.connectFailed("");
                }
            }
            Await.until("with itself two are out", () -> weightless.standing().ejected());
            assertThat(serves.standing().ejected()).isFalse();
        }
    }

    @Test
    void goesOnAfterADefect() throws Exception {
        Pool pool = pool(4, HOUR);
        BiConsumer<String, String> defect =
                (_, _) -> {
                    throw new IllegalStateException("a test");
                };
        try (Probes probes = Probes.start(List.of(pool), 1, defect)) {
            assertThat(probes).isNotNull();
            for (PooledServer server : pool.servers().subList(0, 2)) {
                for (int failure = 0; failure < 3; failure++) {
                    server.connectFailed("");
                }
                Await.until("out", () -> server.standing().ejected());
            }
        }
    }

    @Test
    void whoIsOutStaysOutWhenServersComeAndGo() throws Exception {
        Duration out = Duration.ofSeconds(3);
        Pools before = pools(2, out);
        try (Probes probes = Probes.start(before.all(), 1)) {
            PooledServer failing = before.pool("shop").servers().getFirst();
            for (int failure = 0; failure < 3; failure++) {
                failing.connectFailed("");
            }
            Await.until("out", () -> failing.standing().ejected());
            assertThat(probes.running()).isEqualTo(1);
            Pools after =
                    before.next(
                            List.of(
                                    PoolFixture.backend(
                                            Optional.empty(),
                                            judging(out),
                                            PoolFixture.addresses(3))));
            after.takeOver(before);
            probes.follow(after.all());
            before.retire(after);
            assertThat(probes.running()).isEqualTo(1);
            PooledServer same = after.pool("shop").servers().getFirst();
            assertThat(same.isSameAs(failing)).isTrue();
            Await.until("back", () -> !same.standing().ejected());
            same.connectFailed("");
            Await.until("out again after one failure", () -> same.standing().ejected());
            PooledServer joined = after.pool("shop").servers().get(2);
            for (int failure = 0; failure < 3; failure++) {
                joined.connectFailed("");
            }
            Await.until("back again", () -> !same.standing().ejected());
            assertThat(joined.standing().ejected()).as("only one of three may be out").isFalse();
        }
    }

    private static Pool pool(int servers, Duration out) {
        return pools(servers, out).pool("shop");
    }

    private static Pools pools(int servers, Duration out) {
        return new Pools(
                List.of(
                        PoolFixture.backend(
                                Optional.empty(), judging(out), PoolFixture.addresses(servers))),
                _ -> null,
                System::nanoTime,
                1);
    }

    private static HealthConfig judging(Duration out) {
        Passive passive =
                new Passive(3, HOUR, out, HOUR, 50, List.of(Failure.CONNECT, Failure.NO_ANSWER));
        return new HealthConfig(Optional.empty(), Optional.of(passive), 0);
    }
}
