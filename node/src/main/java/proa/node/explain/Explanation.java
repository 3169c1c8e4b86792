package proa.node.explain;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Mode;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.node.balance.Pool;
import proa.node.rules.Counters;
import proa.node.rules.Reasoning;
import proa.node.rules.Surroundings;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a request would get, and why.
 *
 * @param frontend what it would come to; empty: nothing listens there
 * @param notes what was taken for granted, or keeps it from getting anywhere
 * @param reasoning rules and routes; empty: it does not come so far
 * @param servers of the backend it goes to; empty: it goes to none
 */
public record Explanation(
        Optional<String> frontend,
        List<String> notes,
        Optional<Reasoning> reasoning,
        Optional<Servers> servers) {

    public Explanation {
        notes = List.copyOf(notes);
    }

    /**
     * What is known of a cluster.
     *
     * @param config its configuration
     * @param counters its tables; only read
     * @param pools the servers of a backend, as they would be chosen from; nobody else uses them
     * @param surroundings what conditions ask besides the request
     */
    public record Known(
            ProaConfig config,
            Counters counters,
            Function<BackendConfig, Pool> pools,
            Surroundings surroundings) {}

    /**
     * Explains.
     *
     * @param question the request
     * @param known what it meets
     */
    public static Explanation of(Question question, Known known) {
        List<String> notes = new ArrayList<>();
        FrontendConfig frontend = frontend(question, known.config, notes);
        if (frontend == null) {
            return new Explanation(Optional.empty(), notes, Optional.empty(), Optional.empty());
        }
        Optional<String> name = Optional.of(frontend.name());
        if (frontend.mode() == Mode.SESSIONS) {
            notes.add("it is answered from the session store: there are no rules");
            return new Explanation(name, notes, Optional.empty(), Optional.empty());
        }
        boolean allowed =
                frontend.allow().isEmpty()
                        || frontend.allow().stream()
                                .anyMatch(network -> network.contains(question.from()));
        if (!allowed) {
            notes.add(
                    "`allow` has no network with "
                            + question.from().getHostAddress()
                            + ": the connection is ended at once");
            return new Explanation(name, notes, Optional.empty(), Optional.empty());
        }
        AskedFacts facts = new AskedFacts(question, address(frontend, known.config));
        Reasoning reasoning = Reasoning.of(frontend, facts, known.counters, known.surroundings);
        Optional<Servers> servers =
                reasoning
                        .backend()
                        .flatMap(known.config::backend)
                        .map(backend -> Servers.of(known.pools.apply(backend), facts));
        return new Explanation(name, notes, Optional.of(reasoning), servers);
    }

    private static @Nullable FrontendConfig frontend(
            Question question, ProaConfig config, List<String> notes) {
        List<FrontendConfig> there =
                config.frontends().stream()
                        .filter(each -> each.bind().port() == question.port())
                        .filter(each -> mayBeMeant(address(each, config), question.host()))
                        .filter(
                                each ->
                                        (each.mode() == Mode.UDP)
                                                == question.scheme().equals("udp"))
                        .toList();
        if (there.isEmpty()) {
            notes.add("nothing listens on " + question.host() + " port " + question.port());
            return null;
        }
        List<FrontendConfig> spoken =
                there.stream()
                        .filter(each -> (each.mode() == Mode.HTTP) == question.http())
                        .filter(
                                each ->
                                        !question.http()
                                                || each.tls().isPresent() == question.secure())
                        .toList();
        FrontendConfig first = spoken.isEmpty() ? there.getFirst() : spoken.getFirst();
        if (spoken.isEmpty()) {
            notes.add(
                    "frontend "
                            + first.name()
                            + (first.tls().isPresent() ? " expects TLS" : " expects no TLS")
                            + (first.mode() == Mode.HTTP ? " and HTTP" : " and any bytes")
                            + ": taken as if that were spoken");
        } else if (spoken.size() > 1) {
            notes.add(
                    "on that port there are also "
                            + String.join(
                                    ", ",
                                    spoken.stream().skip(1).map(FrontendConfig::name).toList())
                            + ": an address in the URL instead of a name says which");
        }
        return first;
    }

    /** A name may stand for any address; an address is one, or that of all. */
    private static boolean mayBeMeant(InetAddress address, String host) {
        if (!host.contains(":") && !host.matches("[0-9.]+")) {
            return true;
        }
        return address.isAnyLocalAddress() || address.equals(InetAddress.ofLiteral(host));
    }

    private static InetAddress address(FrontendConfig frontend, ProaConfig config) {
        return switch (frontend.bind()) {
            case Bind.Fixed(InetAddress address, _) -> address;
            case Bind.Floating(String group, String vip, _) ->
                    config.groups().stream()
                            .filter(each -> each.name().equals(group))
                            .flatMap(each -> each.vips().stream())
                            .filter(each -> each.name().equals(vip))
                            .map(GroupConfig.Vip::address)
                            .findFirst()
                            .orElseThrow();
        };
    }
}
