package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.config.Condition;
import proa.config.FrontendConfig.Rule;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic.Decision;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Rules, tests and decisions as an operator would say them. */
final class Words {

    private static final String AS_CONFIGURED = "what the file says";
    private static final double MILLIONTHS_PER_PERCENT = 10_000;

    private Words() {}

    static String of(Rule rule) {
        return switch (rule) {
            case Rule.Track(_, String table, _) -> "track in table " + table;
            case Rule.Limit limit ->
                    "limit "
                            + limit.limit().counter()
                            + " of table "
                            + limit.limit().table()
                            + " to "
                            + limit.limit().to();
            case Rule.Count count ->
                    "add " + count.by() + " to " + count.counter() + " of table " + count.table();
            case Rule.Tag tag ->
                    "set tag " + tag.tag() + " of table " + tag.table() + " to " + tag.value();
            case Rule.Deny(_, int status) -> "deny with " + status;
            case Rule.Edit(_, var side, var edits) ->
                    "change "
                            + edits.size()
                            + (edits.size() == 1 ? " field" : " fields")
                            + " of the "
                            + side.name().toLowerCase(Locale.ROOT);
            case Rule.RewritePrefix(_, String prefix, String with) ->
                    "rewrite a path that begins with " + prefix + " to " + with;
            case Rule.RewriteMatch(_, boolean query, String pattern, String with) ->
                    "rewrite " + pattern + " in the " + (query ? "query" : "path") + " to " + with;
            case Rule.Redirect _ -> "redirect";
            case Rule.Respond respond -> "answer with " + respond.status();
            case Rule.Tarpit(_, var delay, int status) ->
                    "answer with " + status + " after " + delay.toMillis() + " ms";
            case Rule.Drop _ -> "end the connection";
        };
    }

    static String of(Decision decision) {
        return switch (decision) {
            case Decision.Forward forward -> "goes to " + forward.destination().backend().name();
            case Decision.Reply(int status, String explanation) -> status + ": " + explanation;
            case Decision.Respond(int status, String fields, _) ->
                    fields.lines()
                            .filter(line -> line.startsWith("Location: "))
                            .findFirst()
                            .map(line -> status + " to " + line.substring("Location: ".length()))
                            .orElse(Integer.toString(status));
            case Decision.Tarpit(long delay, Decision.Reply then) ->
                    of(then) + ", after " + delay / 1_000_000 + " ms";
            case Decision.Drop() -> "the connection ends without a byte";
        };
    }

    /**
     * A test, and what it saw. What a field, cookie or parameter is compared with may be a secret,
     * and whoever may look reads this: only that there is something is said.
     */
    static String of(Condition condition, Facts facts) {
        return switch (condition) {
            case Condition.Always() -> "always";
            case Condition.All _ -> "all of";
            case Condition.Any _ -> "any of";
            case Condition.None _ -> "none of";
            case Condition.PathPrefix(var prefix) ->
                    saw("path begins with " + prefix, facts.normalPath());
            case Condition.Path(var path) -> saw("path is " + path, facts.normalPath());
            case Condition.PathSuffix(var suffix) ->
                    saw("path ends with " + suffix, facts.normalPath());
            case Condition.HostSuffix(var suffix) -> saw("host ends with " + suffix, facts.host());
            case Condition.Host(var host) -> saw("host is " + host, facts.host());
            case Condition.Method(var method) -> saw("method is " + method, facts.method());
            case Condition.Header(var name, var value) ->
                    saw("header " + name + is(value), facts.header(name));
            case Condition.Cookie(var name, var value) ->
                    saw("cookie " + name + is(value), facts.cookie(name));
            case Condition.Source(var networks) ->
                    saw("client in " + list(networks), Values.address(facts.source()));
            case Condition.ServerName(var name) ->
                    saw("server name is " + name, facts.serverName());
            case Condition.Secure(boolean certified) ->
                    saw(certified ? "TLS with a certificate" : "TLS", facts.scheme());
            case Condition.TlsIs(var fact, var value) ->
                    saw("TLS " + fact.word() + " is " + value, Values.tls(facts, fact));
            case Condition.RateAbove(var table, var counter, var value, long above) ->
                    value.name().toLowerCase(Locale.ROOT)
                            + " of "
                            + counter
                            + " in table "
                            + table
                            + " above "
                            + above;
            case Condition.Parameter(var name, var value) ->
                    saw("parameter " + name + is(value), Parameters.first(facts.query(), name));
            case Condition.Matches(var part, var name, var pattern) ->
                    part.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                            + (name.isEmpty() ? "" : " " + name)
                            + " matches "
                            + (isOfClient(part) ? AS_CONFIGURED : pattern);
            case Condition.Destination(var networks) ->
                    saw(
                            "address in " + list(networks),
                            Values.address(facts.destination().getAddress()));
            case Condition.DestinationPort(int port) ->
                    saw("port is " + port, Integer.toString(facts.destination().getPort()));
            case Condition.Share(int millionths) ->
                    millionths / MILLIONTHS_PER_PERCENT
                            + " % of all, by chance (taken as not this one)";
            case Condition.TimeOfDay span ->
                    "time of day "
                            + clock(span.fromMinute())
                            + " to "
                            + clock(span.toMinute())
                            + " in "
                            + span.zone();
        };
    }

    private static String saw(String test, @Nullable String value) {
        return test + (value == null || value.isEmpty() ? "; there is none" : "; it is " + value);
    }

    private static String is(Optional<String> value) {
        return value.isPresent() ? " is " + AS_CONFIGURED : " is there";
    }

    private static boolean isOfClient(Condition.Part part) {
        return switch (part) {
            case HEADER, COOKIE, PARAMETER -> true;
            case PATH, RAW_PATH, HOST, TLS -> false;
        };
    }

    private static String list(List<?> networks) {
        return networks.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String clock(int minute) {
        int hour = minute / 60;
        int rest = minute % 60;
        return (hour < 10 ? "0" : "") + hour + ":" + (rest < 10 ? "0" : "") + rest;
    }
}
