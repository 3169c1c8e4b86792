package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Rule;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic;

/**
 * Rules and routes of one frontend, compiled. Immutable; what changes is in the counters and in the
 * backends' servers. Safe from any event loop.
 *
 * <p>Order: the rules as written (a refusal ends it), then the first route whose condition holds.
 * Who may connect at all is the listener's business.
 */
public final class FrontendTraffic implements Traffic {

    private static final int TOO_MANY_REQUESTS = 429;
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
     */
    public FrontendTraffic(FrontendConfig frontend, Counters counters, Routing routing) {
        Compiler compiler = new Compiler(counters);
        String of = " of frontend " + frontend.name();
        rules = new Step[frontend.rules().size()];
        for (int at = 0; at < rules.length; at++) {
            rules[at] = step(frontend.rules().get(at), "rule " + (at + 1) + of, compiler);
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
            Decision.Reply refusal = rule.apply(request);
            if (refusal != null) {
                return refusal;
            }
        }
        for (Way route : routes) {
            if (route.when.holds(request)) {
                return new Decision.Forward(route.target.destination(facts));
            }
        }
        return noRoute;
    }

    private static Step step(Rule rule, String place, Compiler compiler) {
        Compiler.Test when = compiler.test(rule.when());
        return switch (rule) {
            case Rule.Track track -> new Count(when, compiler.slot(track.table()));
            case Rule.Deny deny -> new Refuse(when, refusal(deny.status(), place));
        };
    }

    private static Decision.Reply refusal(int status, String place) {
        String what = status == TOO_MANY_REQUESTS ? "too many requests: " : "";
        return new Decision.Reply(status, what + "refused by " + place);
    }

    private static Way way(FrontendConfig.Route route, Compiler compiler, Routing routing) {
        return new Way(compiler.test(route.when()), routing.backend(route.backend()));
    }

    /** One rule. */
    private sealed interface Step {
        /** Applies it; the answer when the request ends here, or null. */
        Decision.@Nullable Reply apply(Request request);
    }

    private record Count(Compiler.Test when, int table) implements Step {
        @Override
        public Decision.@Nullable Reply apply(Request request) {
            if (when.holds(request)) {
                request.count(table);
            }
            return null;
        }
    }

    private record Refuse(Compiler.Test when, Decision.Reply answer) implements Step {
        @Override
        public Decision.@Nullable Reply apply(Request request) {
            return when.holds(request) ? answer : null;
        }
    }

    private record Way(Compiler.Test when, Routing.Target target) {}
}
