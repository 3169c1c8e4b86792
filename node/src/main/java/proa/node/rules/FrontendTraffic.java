package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic;

/**
 * Rules and routes of one frontend, compiled. Immutable; what changes is in the counters and in the
 * backends' servers. Safe from any event loop.
 *
 * <p>Order: the rules as written (one that answers ends it), then the first route whose condition
 * holds. Conditions and values see the request as the client sent it, whatever rules before them
 * change. Who may connect at all is the listener's business.
 */
public final class FrontendTraffic implements Traffic {

    private static final int UNAVAILABLE = 503;

    private final Step[] rules;
    private final Way[] routes;
    private final Counters.Counter[] counters;
    private final Decision.Reply noRoute;

    /**
     * Compiles a frontend.
     *
     * @param frontend its rules and routes
     * @param counters the tables its rules name
     * @param routing the backends its routes name
     * @param surroundings what its conditions ask besides the request
     */
    public FrontendTraffic(
            FrontendConfig frontend,
            Counters counters,
            Routing routing,
            Surroundings surroundings) {
        Compiler compiler = new Compiler(counters, surroundings);
        String of = " of frontend " + frontend.name();
        rules = new Step[frontend.rules().size()];
        for (int at = 0; at < rules.length; at++) {
            rules[at] = Steps.step(frontend.rules().get(at), "rule " + (at + 1) + of, compiler);
        }
        routes =
                frontend.routes().stream()
                        .map(route -> way(route, compiler, routing))
                        .toArray(Way[]::new);
        this.counters = compiler.counters();
        noRoute = new Decision.Reply(UNAVAILABLE, "no route" + of + " matches this request");
    }

    @Override
    public Decision decide(Facts facts) {
        Request request = new Request(facts, counters);
        for (Step rule : rules) {
            Decision end = rule.apply(request);
            if (end != null) {
                return end;
            }
        }
        for (Way route : routes) {
            if (route.when.holds(request)) {
                Destination to = route.target.destination(facts);
                return new Decision.Forward(to, to.edits(request.edits()));
            }
        }
        return noRoute;
    }

    private static Way way(FrontendConfig.Route route, Compiler compiler, Routing routing) {
        return new Way(compiler.test(route.when()), routing.backend(route.backend()));
    }

    /** One rule, ready to run. */
    @FunctionalInterface
    interface Step {
        /** Applies it; the decision when the request ends here, or null. */
        @Nullable Decision apply(Request request);
    }

    private record Way(Compiler.Test when, Routing.Target target) {}
}
