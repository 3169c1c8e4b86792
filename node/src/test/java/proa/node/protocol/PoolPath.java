package proa.node.protocol;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.SpreadingConfig;
import proa.node.balance.Pool;
import proa.node.balance.Pools;
import proa.node.balance.StickyEntries;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.tcp.TcpProtocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The data path between test clients and test servers that a real pool chooses, on loopback. */
public final class PoolPath implements AutoCloseable {

    public final Pool pool;
    private final EventLoops loops;
    private final Listeners listeners;
    private final Listener listener;

    /** A path over the servers of a backend, with two event loops. */
    public PoolPath(
            Mode mode,
            Balance balance,
            SpreadingConfig spreading,
            List<BackendConfig.Server> servers)
            throws IOException {
        this(mode, balance, spreading, servers, System::nanoTime);
    }

    /** The same with a clock of response times. */
    PoolPath(
            Mode mode,
            Balance balance,
            SpreadingConfig spreading,
            List<BackendConfig.Server> servers,
            LongSupplier nanoTime)
            throws IOException {
        this(mode, backend(balance, new Sticky.Off(), spreading, servers), _ -> null, nanoTime);
    }

    /** A path that keeps clients on their servers, with two event loops. */
    public PoolPath(
            Mode mode,
            Balance balance,
            Sticky sticky,
            Function<String, StickyEntries> tables,
            SpreadingConfig spreading,
            List<BackendConfig.Server> servers)
            throws IOException {
        this(mode, backend(balance, sticky, spreading, servers), tables);
    }

    /** A path over a backend of the name {@code test}, with two event loops. */
    public PoolPath(Mode mode, BackendConfig backend, Function<String, StickyEntries> tables)
            throws IOException {
        this(mode, backend, tables, System::nanoTime);
    }

    private PoolPath(
            Mode mode,
            BackendConfig backend,
            Function<String, StickyEntries> tables,
            LongSupplier nanoTime)
            throws IOException {
        pool = new Pools(List.of(backend), tables, nanoTime, 1).pool("test");
        Traffic traffic = this::decide;
        FrontendConfig frontend = TestConfigs.frontend(mode);
        loops = EventLoops.start(proa.node.listener.Transport.best(), 2);
        listeners = new Listeners(loops);
        listener =
                listeners.open(
                        frontend,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        mode == Mode.TCP
                                ? new TcpProtocol(frontend, () -> traffic)
                                : new HttpProtocol(frontend, () -> traffic));
    }

    private static BackendConfig backend(
            Balance balance,
            Sticky sticky,
            SpreadingConfig spreading,
            List<BackendConfig.Server> servers) {
        return new BackendConfig(
                        "test",
                        balance,
                        sticky,
                        Optional.empty(),
                        servers,
                        BackendConfig.Timeouts.DEFAULTS,
                        BackendConfig.RETRIES_DEFAULT,
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT)
                .with(spreading);
    }

    private Traffic.Decision decide(Facts facts) {
        Destination to = pool.destination(facts);
        return new Traffic.Decision.Forward(to, to.edits(null));
    }

    /** A server of weight 1. */
    public static BackendConfig.Server server(
            String name, ScriptedServer at, Optional<Integer> connections) {
        return new BackendConfig.Server(name, at.address(), 1, false, 1, connections);
    }

    public DataPath.Client client() throws IOException {
        return new DataPath.Client(listener.address());
    }

    @Override
    public void close() {
        listeners.close();
        loops.close();
    }
}
