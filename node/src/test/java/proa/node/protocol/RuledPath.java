package proa.node.protocol;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.HttpOptions.Version;
import proa.config.text.ConfigParser;
import proa.config.text.Outcome;
import proa.config.tls.TicketSecrets;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Protocol;
import proa.node.listener.Transport;
import proa.node.protocol.http1.ErrorPages;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.NegotiatedHttp;
import proa.node.protocol.tcp.TcpProtocol;
import proa.node.record.FrontendCounters;
import proa.node.record.Recorder;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.PacedTraffic;
import proa.node.rules.Surroundings;
import proa.node.tls.FrontendSecurity;
import proa.node.tls.TlsProtocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The data path behind a frontend whose rules and options are written as in a file. */
public final class RuledPath implements AutoCloseable {

    private static final String FILE =
            """
            schema = 1
            cluster {
              name = test, insecure = true, ownership = bind
              nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
            }
            tables { TABLES }
            frontends {
              test { bind { address = "127.0.0.1", port = 1 }, mode = MODE, backend = shop
                OPTIONS
              }
            }
            backends { shop { servers = [ { name = a, address = "127.0.0.1:9" } ] } }
            """;

    private final EventLoops loops = EventLoops.start(Transport.best(), 1);
    private final Listeners listeners = new Listeners(loops);
    private final Listener listener;
    private final @Nullable FrontendSecurity security;
    private final RealTables tables;
    public final FixedTraffic servers;
    public final FrontendCounters counters = new FrontendCounters("test");

    private RuledPath(FrontendConfig frontend, BackendConfig backend, RealTables tables)
            throws IOException {
        servers = new FixedTraffic(backend);
        this.tables = tables;
        FrontendTraffic rules =
                new FrontendTraffic(
                        frontend,
                        tables,
                        _ -> facts -> ((Decision.Forward) servers.decide(facts)).destination(),
                        new Surroundings(InstantSource.system(), _ -> 0));
        Traffic traffic =
                frontend.limits()
                        .rates()
                        .requests()
                        .<Traffic>map(
                                rate ->
                                        new PacedTraffic(
                                                "test",
                                                rate,
                                                new PacedTraffic.Turns(
                                                        rate.rate(), System.nanoTime()),
                                                System::nanoTime,
                                                loops::later,
                                                rules))
                        .orElse(rules);
        Protocol plain =
                frontend.mode() == Mode.TCP
                        ? new TcpProtocol(frontend, () -> traffic)
                        : new NegotiatedHttp(
                                new HttpProtocol(
                                        frontend,
                                        () -> traffic,
                                        ErrorPages.read(frontend.http().errorPages()),
                                        new Recorder(
                                                counters,
                                                _ -> null,
                                                new Recorder.Clocks(System::nanoTime, () -> 0L))),
                                frontend.http());
        security =
                frontend.tls().isEmpty()
                        ? null
                        : FrontendSecurity.open(
                                frontend.name(),
                                frontend.tls().get(),
                                InstantSource.system(),
                                loops::afterTurn,
                                TicketSecrets.random(new SecureRandom(), Instant.now()));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener =
                listeners.open(
                        frontend, any, security == null ? plain : new TlsProtocol(security, plain));
    }

    /** An HTTP frontend with these keys. */
    public static RuledPath http(String options, ScriptedServer server) throws IOException {
        return http(options, ProxyProtocol.OFF, server);
    }

    /** An HTTP frontend with these keys in front of a server that is told of clients. */
    public static RuledPath http(String options, ProxyProtocol says, ScriptedServer server)
            throws IOException {
        return of("http", "", options, says, server);
    }

    /** A frontend with these keys and tables. */
    public static RuledPath counting(
            String mode, String tables, String options, ScriptedServer server) throws IOException {
        return of(mode, tables, options, ProxyProtocol.OFF, server);
    }

    /** An HTTP frontend with these keys in front of a server that is spoken to in HTTP/2. */
    public static RuledPath toHttp2(String options, InetSocketAddress server) throws IOException {
        BackendConfig backend = TestConfigs.backend(List.of(server)).with(Version.HTTP_2);
        return of("http", "", options, backend);
    }

    /** An HTTP frontend with these keys in front of that backend. */
    public static RuledPath http(String options, BackendConfig backend) throws IOException {
        return of("http", "", options, backend);
    }

    /** A TCP frontend with these keys in front of a server that is told of clients. */
    public static RuledPath tcp(String options, ProxyProtocol says, ScriptedServer server)
            throws IOException {
        return of("tcp", "", options, says, server);
    }

    private static RuledPath of(
            String mode, String tables, String options, ProxyProtocol says, ScriptedServer server)
            throws IOException {
        return of(mode, tables, options, TestConfigs.backend(List.of(server.address())).with(says));
    }

    private static RuledPath of(String mode, String tables, String options, BackendConfig backend)
            throws IOException {
        String text =
                FILE.replace("MODE", mode).replace("TABLES", tables).replace("OPTIONS", options);
        Outcome outcome = ConfigParser.parse(text, "test", Path.of(""), Optional.empty());
        if (!(outcome instanceof Outcome.Ok ok)) {
            throw new IllegalArgumentException(outcome.toString());
        }
        return new RuledPath(
                ok.config().frontends().getFirst(), backend, new RealTables(ok.config()));
    }

    public DataPath.Client client() throws IOException {
        return new DataPath.Client(listener.address());
    }

    /** Where clients connect to. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** A table that rules count in. */
    public RealTables.One table(String name) {
        return tables.table(name);
    }

    /** The port clients connect to. */
    public int port() {
        return listener.address().getPort();
    }

    /** Client connections open now. */
    public int connections() {
        return listener.connections();
    }

    /** Tells every connection to end. */
    public void drain() {
        listener.drain();
    }

    @Override
    public void close() {
        listeners.close();
        loops.close();
        if (security != null) {
            security.release();
        }
    }
}
