package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.config.RateConfig;
import proa.node.balance.Pools;
import proa.node.exchange.Traffic;
import proa.node.listener.Protocol;
import proa.node.protocol.http1.ErrorPages;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.NegotiatedHttp;
import proa.node.protocol.tcp.TcpProtocol;
import proa.node.protocol.udp.UdpProtocol;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.Identified;
import proa.node.rules.PacedTraffic;
import proa.node.rules.RequestIds;
import proa.node.rules.Surroundings;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Makes what the connections and the requests of {@code http} and {@code tcp} frontends meet. */
final class Assembly {

    private static final Surroundings SURROUNDINGS =
            new Surroundings(
                    InstantSource.system(), bound -> ThreadLocalRandom.current().nextInt(bound));

    private final Generations generations;
    private final SharedTables tables;
    private final Recorders recorders;
    private final RequestIds ids;

    /** By lane: a reload gives nobody another burst. */
    private final Map<Integer, PacedTraffic.Turns> turns = new ConcurrentHashMap<>();

    Assembly(Generations generations, SharedTables tables, Observing observing) {
        recorders = observing.recorders();
        ids = observing.requestIds();
        this.generations = generations;
        this.tables = tables;
    }

    /**
     * Rules and routes, to those backends.
     *
     * @param lane by which its requests find them
     */
    Traffic traffic(FrontendConfig frontend, Pools pools, int lane) {
        Traffic rules =
                paced(
                        frontend,
                        lane,
                        new FrontendTraffic(
                                frontend,
                                tables,
                                backend -> pools.pool(backend)::destination,
                                SURROUNDINGS));
        return frontend.records()
                .requestId()
                .<Traffic>map(id -> new Identified(id, frontend.http().trusted(), ids, rules))
                .orElse(rules);
    }

    private Traffic paced(FrontendConfig frontend, int lane, Traffic rules) {
        RateConfig.Requests rate = frontend.limits().rates().requests().orElse(null);
        if (rate == null) {
            turns.remove(lane);
            return rules;
        }
        return new PacedTraffic(
                frontend.name(), rate, turnsOf(lane, rate.rate()), System::nanoTime, tables, rules);
    }

    private PacedTraffic.Turns turnsOf(int lane, RateConfig rate) {
        long now = System.nanoTime();
        return turns.compute(
                lane,
                (_, before) ->
                        before == null ? new PacedTraffic.Turns(rate, now) : before.at(rate, now));
    }

    /**
     * What a connection speaks.
     *
     * @param lane by which its requests find their rules
     * @throws IOException when an error page cannot be read, or a log not be written
     */
    Protocol protocol(FrontendConfig frontend, ProaConfig config, int lane) throws IOException {
        return switch (frontend.mode()) {
            case TCP ->
                    new TcpProtocol(
                            frontend,
                            generations.at(lane),
                            byServerName(frontend, config),
                            recorders.of(frontend));
            case UDP -> new UdpProtocol(frontend, generations.at(lane));
            case HTTP ->
                    new NegotiatedHttp(
                            new HttpProtocol(
                                    frontend,
                                    generations.at(lane),
                                    ErrorPages.read(frontend.http().errorPages()),
                                    recorders.of(frontend)),
                            frontend.http());
            case SESSIONS -> throw new IllegalStateException("sessions have no backend");
        };
    }

    /** Whether a backend of the frontend chooses its servers by the name asked for in TLS. */
    static boolean byServerName(FrontendConfig frontend, ProaConfig config) {
        return frontend.routes().stream()
                .map(route -> config.backend(route.backend()).orElseThrow())
                .anyMatch(BackendConfig::byServerName);
    }
}
