package proa.config.text;

import proa.config.RateConfig;
import proa.config.RateConfig.Connections;
import proa.config.RateConfig.OfClients;
import proa.config.RateConfig.OfServer;
import proa.config.RateConfig.Requests;

import java.util.Optional;

/** Reads how often something may happen. */
final class RateReader {

    private RateReader() {}

    /** {@code limits} of a frontend. */
    static OfClients clients(Section limits) {
        return new OfClients(
                limits.child(RateKeys.CONNECTIONS, RateKeys.OF_CONNECTIONS)
                        .filter(Section::written)
                        .map(each -> new Connections(rate(each), each.get(RateKeys.WAITS))),
                limits.child(RateKeys.REQUESTS, RateKeys.OF_REQUESTS)
                        .filter(Section::written)
                        .map(each -> new Requests(rate(each), each.get(RateKeys.WAIT))));
    }

    /** A server. */
    static Optional<OfServer> server(Section server) {
        return server.child(RateKeys.SERVER, RateKeys.OF_SERVER)
                .filter(Section::written)
                .map(each -> new OfServer(rate(each), each.find(RateKeys.TABLE)));
    }

    private static RateConfig rate(Section section) {
        int perSecond = section.get(RateKeys.PER_SECOND);
        return new RateConfig(
                perSecond,
                section.find(RateKeys.BURST).orElseGet(() -> RateConfig.burst(perSecond)));
    }
}
