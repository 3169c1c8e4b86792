package proa.config.text;

import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Rule;
import proa.config.FrontendConfig.Side;
import proa.config.HeaderEdit;
import proa.config.HttpOptions;
import proa.config.HttpOptions.Forwarded;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What rules, routes and options of one frontend get wrong about each other: what can never run,
 * and what two places both decide.
 */
final class RuleChecks {

    private static final Map<String, Forwarded> FORWARDED =
            Map.of(
                    "x-forwarded-proto", Forwarded.X_FORWARDED_PROTO,
                    "x-forwarded-host", Forwarded.X_FORWARDED_HOST,
                    "x-forwarded-port", Forwarded.X_FORWARDED_PORT);

    private final FrontendConfig frontend;
    private final String where;
    private final Report report;

    private RuleChecks(FrontendConfig frontend, String where, Report report) {
        this.frontend = frontend;
        this.where = where;
        this.report = report;
    }

    static void check(FrontendConfig frontend, String where, Report report) {
        RuleChecks checks = new RuleChecks(frontend, where, report);
        for (int at = 0; at < frontend.rules().size(); at++) {
            checks.reach(at);
            checks.twice(frontend.rules().get(at), checks.element(at));
        }
        checks.options();
    }

    private String element(int at) {
        return where + ".rules[" + at + "]";
    }

    /** Whether a rule that ends the request holds for everything that this one is about. */
    private void reach(int at) {
        Condition when = frontend.rules().get(at).when();
        for (int before = 0; before < at; before++) {
            Rule earlier = frontend.rules().get(before);
            if (ends(earlier) && Implication.covers(earlier.when(), when)) {
                boolean all = earlier.when() instanceof Condition.Always;
                report.conflict(
                        element(at),
                        "this rule can never run: the one on line "
                                + report.line(element(before))
                                + " ends "
                                + (all ? "every request" : "every request it is about"),
                        all
                                ? "remove it, or give the other a `when`"
                                : "put the narrower rule first");
                return;
            }
        }
    }

    private static boolean ends(Rule rule) {
        return switch (rule) {
            case Rule.Deny _, Rule.Redirect _, Rule.Respond _, Rule.Tarpit _, Rule.Drop _ -> true;
            case Rule.Track _,
                    Rule.Limit _,
                    Rule.Count _,
                    Rule.Tag _,
                    Rule.Edit _,
                    Rule.RewritePrefix _,
                    Rule.RewriteMatch _ ->
                    false;
        };
    }

    /** A field that both a rule and {@code forwarded} make would depend on who is last. */
    private void twice(Rule rule, String element) {
        if (rule instanceof Rule.Edit(_, Side side, List<HeaderEdit> edits)
                && side == Side.REQUEST) {
            for (HeaderEdit edit : edits) {
                Forwarded field = FORWARDED.get(edit.name().toLowerCase(Locale.ROOT));
                if (field != null && frontend.http().forwarded().contains(field)) {
                    report.conflict(
                            element,
                            "`forwarded` makes " + edit.name() + " already",
                            "remove it here or there");
                } else if (field != null && edit instanceof HeaderEdit.Replace) {
                    report.conflict(
                            element,
                            "there is no "
                                    + edit.name()
                                    + " to replace: what a client or proxy"
                                    + " sends as such is not passed on",
                            "`forwarded` has the node's own, set-request-header any other");
                }
            }
        }
    }

    /** Servers that a proxy in front tells that TLS ended there would redirect to it for ever. */
    private void scheme(HttpOptions options) {
        boolean told =
                options.forwarded().contains(Forwarded.X_FORWARDED_PROTO)
                        || options.forwarded().contains(Forwarded.FORWARDED)
                        || frontend.rules().stream().anyMatch(RuleChecks::setsScheme);
        if (!told && !options.proxyProtocol() && frontend.tls().isEmpty()) {
            report.warn(
                    where + ".trusted",
                    "servers are not told what X-Forwarded-Proto the proxies in front say",
                    "forwarded = [x-forwarded-for, x-forwarded-proto]");
        }
    }

    private static boolean setsScheme(Rule rule) {
        return rule instanceof Rule.Edit(_, Side side, List<HeaderEdit> edits)
                && side == Side.REQUEST
                && edits.stream()
                        .anyMatch(edit -> edit.name().equalsIgnoreCase("x-forwarded-proto"));
    }

    private void options() {
        HttpOptions options = frontend.http();
        boolean http = frontend.mode() == Mode.HTTP;
        if (!http && !options.errorPages().isEmpty()) {
            report.conflict(
                    where + ".error-pages", "`error-pages` needs `mode = http`", "remove it");
        }
        if (!http && report.has(where + ".forwarded")) {
            report.conflict(where + ".forwarded", "`forwarded` needs `mode = http`", "remove it");
        }
        if (!http && report.has(where + ".protocols")) {
            report.conflict(where + ".protocols", "`protocols` needs `mode = http`", "remove it");
        }
        boolean second = options.versions().contains(HttpOptions.Version.HTTP_2);
        if (report.has(where + ".http2") && !second) {
            report.conflict(
                    where + ".http2",
                    "HTTP/2 is not among the `protocols`",
                    "protocols = [h2, \"http/1.1\"]");
        }
        if (http && options.versions().isEmpty()) {
            report.conflict(
                    where + ".protocols",
                    "this frontend speaks nothing",
                    "protocols = [h2, \"http/1.1\"]");
        }
        proxies(options, http);
    }

    /** Whose word about clients is believed. */
    private void proxies(HttpOptions options, boolean http) {
        if (frontend.mode() == Mode.SESSIONS && options.proxyProtocol()) {
            report.conflict(
                    where + ".proxy-protocol",
                    "`proxy-protocol` needs `mode = http` or `tcp`",
                    "remove it");
        }
        if (options.proxyProtocol() && options.trusted().isEmpty()) {
            report.conflict(
                    where + ".proxy-protocol",
                    "nobody is `trusted`, so no PROXY header would be believed",
                    "trusted = [\"10.0.0.5\"] with the addresses of the proxies in front");
        }
        if (report.has(where + ".client-field") && (!http || options.trusted().isEmpty())) {
            report.conflict(
                    where + ".client-field",
                    http
                            ? "nobody is `trusted`, so no field names a client"
                            : "`client-field` needs `mode = http`",
                    http
                            ? "trusted = [\"10.0.0.5\"] with the addresses of the proxies in front"
                            : "remove it");
        }
        if (!http && !options.proxyProtocol() && !options.trusted().isEmpty()) {
            report.conflict(
                    where + ".trusted",
                    "without `mode = http` or `proxy-protocol` there is nothing to believe",
                    "remove it");
        }
        if (http && !options.trusted().isEmpty()) {
            scheme(options);
        }
        if (options.trusted().stream().anyMatch(network -> network.prefixLength() == 0)) {
            report.warn(
                    where + ".trusted",
                    "everybody is trusted: any client can say that it is another",
                    "the addresses of the proxies in front alone");
        }
    }

    /** Routes that are never taken, because an earlier one takes all that they are about. */
    static void shadows(List<Route> routes, String where, Report report) {
        for (int at = 1; at < routes.size(); at++) {
            Condition when = routes.get(at).when();
            for (int before = 0; before < at; before++) {
                Condition earlier = routes.get(before).when();
                if (Implication.covers(earlier, when)) {
                    boolean all = earlier instanceof Condition.Always;
                    report.conflict(
                            where + "[" + at + "]",
                            "this route is never taken: the one on line "
                                    + report.line(where + "[" + before + "]")
                                    + " takes "
                                    + (all ? "every request" : "every request it is about"),
                            all ? "put the one without `when` last" : "put the narrower one first");
                    break;
                }
            }
        }
    }
}
