package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.RateConfig;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Limits;
import proa.config.SpreadingConfig.Method;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A pool of servers that nobody connects to, and its clock. */
final class TestPool {

    static final long SECOND = 1_000_000_000L;

    final AtomicLong nanos = new AtomicLong();
    final Pool pool;

    /** What is to be done after a while. */
    final Queue<Runnable> later = new ConcurrentLinkedQueue<>();

    TestPool(
            Balance balance,
            Sticky sticky,
            SpreadingConfig spreading,
            List<BackendConfig.Server> servers) {
        BackendConfig config =
                new BackendConfig(
                                "shop",
                                balance,
                                sticky,
                                Optional.empty(),
                                servers,
                                BackendConfig.Timeouts.DEFAULTS,
                                BackendConfig.RETRIES_DEFAULT,
                                BackendConfig.IDLE_CONNECTIONS_DEFAULT)
                        .with(spreading);
        Allowance.Source source =
                new Allowance.Source() {
                    @Override
                    public Allowance shared(String table, String key, RateConfig rate) {
                        throw new AssertionError(table);
                    }

                    @Override
                    public void in(long wait, Runnable action) {
                        later.add(action);
                    }
                };
        pool =
                new Pools(List.of(config), _ -> null, nanos::get, 1, () -> Instant.EPOCH, source)
                        .pool("shop");
    }

    static TestPool of(Balance balance, BackendConfig.Server... servers) {
        return of(balance, SpreadingConfig.DEFAULTS, servers);
    }

    static TestPool of(
            Balance balance, SpreadingConfig spreading, BackendConfig.Server... servers) {
        return new TestPool(balance, new Sticky.Off(), spreading, List.of(servers));
    }

    static TestPool hashed(HashKey key, Method method, BackendConfig.Server... servers) {
        return of(Balance.HASH, spreading(new Hash(key, method, Optional.empty())), servers);
    }

    static SpreadingConfig spreading(Hash hash) {
        return new SpreadingConfig(Optional.of(hash), Optional.empty(), 1, Limits.DEFAULTS);
    }

    static SpreadingConfig activeMin(int servers) {
        return new SpreadingConfig(Optional.empty(), Optional.empty(), servers, Limits.DEFAULTS);
    }

    static SpreadingConfig slowStart(Duration window) {
        return new SpreadingConfig(Optional.empty(), Optional.of(window), 1, Limits.DEFAULTS);
    }

    static SpreadingConfig limits(Optional<Integer> connections, int queue) {
        return new SpreadingConfig(
                Optional.empty(),
                Optional.empty(),
                1,
                new Limits(connections, queue, Duration.ofSeconds(5)));
    }

    static BackendConfig.Server server(String name, int weight) {
        return new BackendConfig.Server(name, new InetSocketAddress("127.0.0.1", 1), weight, false);
    }

    /** {@code count} servers s0, s1, … of weight 1. */
    static BackendConfig.Server[] servers(int count) {
        BackendConfig.Server[] servers = new BackendConfig.Server[count];
        for (int at = 0; at < count; at++) {
            servers[at] = server("s" + at, 1);
        }
        return servers;
    }

    static BackendConfig.Server tiered(String name, int tier) {
        return new BackendConfig.Server(
                name, new InetSocketAddress("127.0.0.1", 1), 1, false, tier, Optional.empty());
    }

    static BackendConfig.Server limited(String name, int connections) {
        return new BackendConfig.Server(
                name, new InetSocketAddress("127.0.0.1", 1), 1, false, 1, Optional.of(connections));
    }

    static BackendConfig.Server backup(String name) {
        return new BackendConfig.Server(name, new InetSocketAddress("127.0.0.1", 1), 1, true);
    }

    /** The client number {@code number} of 62,500. */
    static FakeFacts client(int number) {
        return FakeFacts.get("/").from("10.1." + number / 250 + "." + number % 250);
    }

    PooledServer named(String name) {
        return pool.servers().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    void down(String name) {
        pool.health(named(name), Health.DOWN, "a test");
    }

    void up(String name) {
        pool.health(named(name), Health.UP, "a test");
    }

    /** A server for this request, which stays there; null: none. */
    @Nullable Server take(Facts facts) {
        return pool.destination(facts).next();
    }

    /** The name of the server for a request that is over at once. */
    String pick(Facts facts) {
        Server server = take(facts);
        if (server == null) {
            throw new AssertionError("no server for " + facts);
        }
        server.ended();
        return server.name();
    }

    /** The servers of so many short requests one after the other. */
    List<String> picks(int times) {
        List<String> picks = new ArrayList<>();
        for (int pick = 0; pick < times; pick++) {
            picks.add(pick(FakeFacts.get("/")));
        }
        return picks;
    }

    /** How often each was chosen for so many short requests. */
    Map<String, Integer> spread(int times) {
        Map<String, Integer> spread = new TreeMap<>();
        picks(times).forEach(name -> spread.merge(name, 1, Integer::sum));
        return spread;
    }
}
