package proa.node.rules;

import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.config.Condition;
import proa.config.FrontendConfig.RateLimit;
import proa.config.NormalPath;
import proa.config.TlsFact;
import proa.node.exchange.Handshake;
import proa.node.rules.Texts.Begins;
import proa.node.rules.Texts.Contains;
import proa.node.rules.Texts.Ends;
import proa.node.rules.Texts.Expression;
import proa.node.rules.Texts.Found;
import proa.node.rules.Texts.Is;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongBiFunction;

/** Conditions as written → tests that run. Gives every table that is mentioned a slot. */
final class Compiler {

    /** A condition, ready to run. */
    interface Test {
        boolean holds(Request request);
    }

    private final Counters counters;
    private final Surroundings surroundings;
    private final List<String> names = new ArrayList<>();
    private final List<Tracked> tables = new ArrayList<>();

    Compiler(Counters counters, Surroundings surroundings) {
        this.counters = counters;
        this.surroundings = surroundings;
    }

    /** The slot of a table in {@link #tables()}. */
    int slot(String table) {
        if (!names.contains(table)) {
            names.add(table);
            tables.add(new Tracked(counters.table(table)));
        }
        return names.indexOf(table);
    }

    /** Every table mentioned so far, by slot. */
    Tracked[] tables() {
        return tables.toArray(Tracked[]::new);
    }

    Tracked tracked(int slot) {
        return tables.get(slot);
    }

    Counters.Limiter limiter(RateLimit limit) {
        return counters.limiter(limit);
    }

    Test test(Condition condition) {
        return switch (condition) {
            case Condition.Always() -> _ -> true;
            case Condition.All(var of) -> all(tests(of));
            case Condition.Any(var of) -> any(tests(of));
            case Condition.None(var of) -> none(tests(of));
            case Condition.PathPrefix(var prefix) -> pathBegins(NormalPath.decoded(prefix));
            case Condition.Path(var path) -> pathIs(NormalPath.decoded(path));
            case Condition.PathSuffix(var suffix) -> pathEnds(NormalPath.decoded(suffix));
            case Condition.HostSuffix(var suffix) -> hostEnds(suffix.toLowerCase(Locale.ROOT));
            case Condition.Host(var host) -> host(host.toLowerCase(Locale.ROOT));
            case Condition.Method(var method) -> r -> r.facts().methodIs(method);
            case Condition.Header header -> header(header);
            case Condition.Cookie cookie -> cookie(cookie);
            case Condition.Source(var networks) -> source(Networks.of(networks));
            case Condition.Parameter parameter -> parameter(parameter);
            case Condition.Matches matches -> matches(matches, Texts.found(matches.pattern()));
            case Condition.Destination(var networks) -> destination(Networks.of(networks));
            case Condition.DestinationPort(int port) ->
                    r -> r.facts().destination().getPort() == port;
            case Condition.Share(int millionths) -> share(millionths);
            case Condition.TimeOfDay span -> Moments.test(span, surroundings.time());
            case Condition.ServerName(var name) -> serverName(name);
            case Condition.Secure(boolean certified) -> secure(certified);
            case Condition.TlsIs(var fact, var value) ->
                    r -> Values.tls(r.facts(), fact).equals(value);
            case Condition.RateAbove compared -> compared(compared);
        };
    }

    private Test[] tests(List<Condition> conditions) {
        return conditions.stream().map(this::test).toArray(Test[]::new);
    }

    private static Test all(Test[] tests) {
        return request -> {
            for (Test test : tests) {
                if (!test.holds(request)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static Test any(Test[] tests) {
        return request -> {
            for (Test test : tests) {
                if (test.holds(request)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Test none(Test[] tests) {
        Test any = any(tests);
        return request -> !any.holds(request);
    }

    private static Test pathBegins(String prefix) {
        return request -> request.facts().pathBegins(prefix);
    }

    private static Test pathIs(String path) {
        return request -> request.facts().pathIs(path);
    }

    private static Test pathEnds(String suffix) {
        return request -> request.facts().pathEnds(suffix);
    }

    private static Test host(String host) {
        return request -> request.facts().hostIs(host);
    }

    private static Test hostEnds(String suffix) {
        return request -> request.facts().hostEnds(suffix);
    }

    private static Test parameter(Condition.Parameter parameter) {
        String name = parameter.name();
        return parameter
                .value()
                .<Test>map(value -> request -> Parameters.has(request.facts().query(), name, value))
                .orElse(request -> Parameters.has(request.facts().query(), name));
    }

    private static Test source(Networks networks) {
        return request -> networks.contain(request.facts().sourceKey());
    }

    private static Test destination(Networks networks) {
        return request -> networks.contain(request.facts().destinationKey());
    }

    /** What is a comparison is made with the bytes of the path. */
    private static Test pathMatches(Found found) {
        return switch (found) {
            case Begins(String prefix) -> pathBegins(prefix);
            case Ends(String suffix) -> pathEnds(suffix);
            case Is(String path) -> pathIs(path);
            case Contains _, Expression _ -> request -> found.test(request.facts().normalPath());
        };
    }

    private static Test matches(Condition.Matches matches, Found found) {
        String name = matches.name();
        return switch (matches.part()) {
            case PATH -> pathMatches(found);
            case RAW_PATH -> request -> found.test(request.facts().path());
            case HOST -> request -> found.test(request.facts().host());
            case HEADER -> request -> request.facts().anyHeader(name, found);
            case COOKIE ->
                    request -> {
                        String value = request.facts().cookie(name);
                        return value != null && found.test(value);
                    };
            case TLS -> {
                TlsFact fact = TlsFact.named(name);
                yield request -> found.test(Values.tls(request.facts(), fact));
            }
            case PARAMETER -> request -> Parameters.any(request.facts().query(), name, found);
        };
    }

    private Test share(int millionths) {
        Surroundings.Chance chance = surroundings.chance();
        return _ -> chance.below(Condition.Share.WHOLE) < millionths;
    }

    private static Test secure(boolean certified) {
        return request -> {
            Handshake handshake = request.facts().handshake();
            return handshake != null && (!certified || handshake.certified());
        };
    }

    /** A pattern stands for one label (RFC 6125 §6.4.3). */
    private static Test serverName(String name) {
        if (!name.startsWith("*.")) {
            return request -> request.facts().serverName().equals(name);
        }
        String domain = name.substring(1);
        return request -> {
            String asked = request.facts().serverName();
            int label = asked.length() - domain.length();
            return label > 0 && asked.indexOf('.') == label && asked.endsWith(domain);
        };
    }

    private static Test header(Condition.Header header) {
        String name = header.name();
        return header.value()
                .map(Texts::asSent)
                .<Test>map(value -> request -> request.facts().headerIs(name, value))
                .orElse(request -> request.facts().hasHeader(name));
    }

    private static Test cookie(Condition.Cookie cookie) {
        String name = cookie.name();
        return cookie.value()
                .map(Texts::asSent)
                .<Test>map(value -> request -> request.facts().cookieIs(name, value))
                .orElse(request -> request.facts().hasCookie(name));
    }

    private Test compared(Condition.RateAbove compared) {
        int slot = slot(compared.table());
        TableSchema schema = tables.get(slot).table().schema();
        long above = compared.above();
        int counter = schema.counter(compared.counter());
        int tag = schema.tag(compared.counter());
        return switch (compared.value()) {
            case RATE -> request -> request.rate(slot, counter) > above;
            case TOTAL -> kept(slot, above, (table, key) -> table.total(key, counter));
            case CURRENT -> kept(slot, above, (table, key) -> table.current(key, counter));
            case TAG -> kept(slot, above, (table, key) -> table.tag(key, tag));
        };
    }

    private static Test kept(
            int slot, long above, ToLongBiFunction<Counters.Table, TableKey> number) {
        return request -> {
            TableKey key = request.key(slot);
            return key != null && number.applyAsLong(request.table(slot), key) > above;
        };
    }
}
