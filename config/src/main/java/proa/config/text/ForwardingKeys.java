package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.FrontendConfig.Forwarding;
import proa.config.GroupConfig.Behind;
import proa.config.GroupConfig.Egress;
import proa.config.GroupConfig.Vip;
import proa.config.NatOptions;
import proa.config.SynProxy;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of what the kernel carries; part of the table that {@link Keys} begins. */
final class ForwardingKeys {

    /** One of each family. */
    private static final int GATEWAYS_MAX = 2;

    static final Key<Forwarding> FORWARDING =
            defaulted(
                    "forwarding",
                    Kinds.choice(
                            Map.of(
                                    "proxy", Forwarding.PROXY,
                                    "nat", Forwarding.NAT,
                                    "stateless", Forwarding.STATELESS,
                                    "dsr", Forwarding.DSR)),
                    Forwarding.PROXY,
                    "proxy",
                    "who carries what arrives, in mode tcp or udp: the node (proxy), or the kernel,"
                        + " which translates addresses (nat), rewrites each packet (stateless) or"
                        + " passes it on as it is to a server that answers the client directly"
                        + " (dsr), so that connections outlive their owner");
    static final Key<ConfigValue> GATEWAY_VIP =
            optional(
                    "gateway-vip",
                    Kinds.any("address or list of addresses"),
                    "none",
                    "floating address that servers route by, one of each family; it moves with the"
                            + " group; its interface is found by subnet");
    static final Key<Egress> EGRESS =
            defaulted(
                    "egress",
                    Kinds.choice(
                            Map.of(
                                    "drop", Egress.DROP,
                                    "forward", Egress.FORWARD,
                                    "snat", Egress.SNAT)),
                    Egress.DROP,
                    "drop",
                    "what becomes of connections that servers begin through `gateway-vip`; snat:"
                            + " they come from the group's first floating address; with gateways"
                            + " of several groups on one network, from that of one which is here");

    static final Key<ConfigObject> SYN_PROXY =
            Keys.section(
                    "syn-proxy",
                    "servers answer themselves",
                    "with `forwarding = nat` and `mode = tcp`, also as {}: the kernel answers who"
                            + " begins a connection, and a server hears of it when the client has"
                            + " shown that it is there (SYN cookies). Such connections end when"
                            + " their owner changes");
    static final Key<Integer> MSS =
            defaulted(
                    "mss",
                    Kinds.count(SynProxy.MSS_MIN, SynProxy.MSS_MAX),
                    SynProxy.DEFAULTS.mss(),
                    "" + SynProxy.DEFAULTS.mss(),
                    "largest segment that servers take, in bytes");
    static final Key<Integer> WINDOW_SCALE =
            defaulted(
                    "window-scale",
                    Kinds.count(0, SynProxy.WINDOW_SCALE_MAX),
                    SynProxy.DEFAULTS.windowScale(),
                    "" + SynProxy.DEFAULTS.windowScale(),
                    "of servers' windows, as a power of two; Linux has 7");
    static final Shape SYN_PROXY_SHAPE =
            Shape.of(
                    "frontends.NAME.syn-proxy",
                    "What the kernel tells clients in place of a server; servers must offer the"
                            + " same.",
                    MSS,
                    WINDOW_SCALE);

    static final Key<Boolean> REPLICATE_CONNECTIONS =
            defaulted(
                    "replicate-connections",
                    Kinds.flag(),
                    false,
                    "false",
                    "with `forwarding = nat`: connections that a change of servers has left where"
                            + " they are, those of a drained server, are told to the other nodes,"
                            + " so that they go on when their owner ends");

    private ForwardingKeys() {}

    static NatOptions nat(Section frontend) {
        return new NatOptions(synProxy(frontend), frontend.get(REPLICATE_CONNECTIONS));
    }

    private static Optional<SynProxy> synProxy(Section frontend) {
        if (!frontend.has(SYN_PROXY)) {
            return Optional.empty();
        }
        Section section = frontend.childOrEmpty(SYN_PROXY, SYN_PROXY_SHAPE);
        return Optional.of(new SynProxy(section.get(MSS), section.get(WINDOW_SCALE)));
    }

    static Behind behind(Section group) {
        List<InetAddress> gateways = group.all(GATEWAY_VIP, Kinds.address());
        boolean oneEach =
                gateways.stream().map(Object::getClass).distinct().count() == gateways.size();
        if (gateways.size() > GATEWAYS_MAX || !oneEach) {
            group.report()
                    .error(
                            group.path(GATEWAY_VIP),
                            "more than one `gateway-vip` of a family",
                            "gateway-vip = \"10.30.0.1\"");
        }
        return new Behind(
                gateways.stream()
                        .map(address -> new Vip("gateway-vip", address, Optional.empty()))
                        .toList(),
                group.get(EGRESS));
    }
}
