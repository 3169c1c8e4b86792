package proa.node.rules;

import proa.config.Condition;
import proa.config.Network;
import proa.config.NormalPath;
import proa.config.TlsFact;
import proa.node.exchange.Handshake;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Conditions as written → tests that run. Gives every table that is mentioned a slot. */
final class Compiler {

    /** A condition, ready to run. */
    interface Test {
        boolean holds(Request request);
    }

    private final Counters counters;
    private final Surroundings surroundings;
    private final List<String> tables = new ArrayList<>();

    Compiler(Counters counters, Surroundings surroundings) {
        this.counters = counters;
        this.surroundings = surroundings;
    }

    /** The slot of a table in {@link #counters()}. */
    int slot(String table) {
        if (!tables.contains(table)) {
            tables.add(table);
        }
        return tables.indexOf(table);
    }

    /** The counters of every table mentioned so far, by slot. */
    Counters.Counter[] counters() {
        return tables.stream().map(counters::table).toArray(Counters.Counter[]::new);
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
            case Condition.Method(var method) -> r -> r.facts().method().equals(method);
            case Condition.Header header -> header(header);
            case Condition.Cookie cookie -> cookie(cookie);
            case Condition.Source(var networks) -> r -> within(networks, r.facts().source());
            case Condition.Parameter parameter -> parameter(parameter);
            case Condition.Matches matches -> matches(matches, Texts.found(matches.pattern()));
            case Condition.Destination(var networks) ->
                    r -> within(networks, r.facts().destination().getAddress());
            case Condition.DestinationPort(int port) ->
                    r -> r.facts().destination().getPort() == port;
            case Condition.Share(int millionths) -> share(millionths);
            case Condition.TimeOfDay span -> Moments.test(span, surroundings.time());
            case Condition.ServerName(var name) -> serverName(name);
            case Condition.Secure(boolean certified) -> secure(certified);
            case Condition.TlsIs(var fact, var value) ->
                    r -> Values.tls(r.facts(), fact).equals(value);
            case Condition.RateAbove(var table, var above) -> rate(slot(table), above);
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
        return request -> request.facts().normalPath().startsWith(prefix);
    }

    private static Test pathIs(String path) {
        return request -> request.facts().normalPath().equals(path);
    }

    private static Test pathEnds(String suffix) {
        return request -> request.facts().normalPath().endsWith(suffix);
    }

    private static Test host(String host) {
        return request -> request.facts().host().equals(host);
    }

    private static Test hostEnds(String suffix) {
        return request -> request.facts().host().endsWith(suffix);
    }

    private static Test parameter(Condition.Parameter parameter) {
        String name = parameter.name();
        Predicate<String> test =
                parameter.value().<Predicate<String>>map(value -> value::equals).orElse(_ -> true);
        return request -> Parameters.any(request.facts().query(), name, test);
    }

    private static Test matches(Condition.Matches matches, Predicate<String> found) {
        String name = matches.name();
        return switch (matches.part()) {
            case PATH -> request -> found.test(request.facts().normalPath());
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
                .<Test>map(value -> request -> request.facts().headerIs(name, value))
                .orElse(request -> request.facts().header(name) != null);
    }

    private static Test cookie(Condition.Cookie cookie) {
        String name = cookie.name();
        return cookie.value()
                .<Test>map(value -> request -> value.equals(request.facts().cookie(name)))
                .orElse(request -> request.facts().cookie(name) != null);
    }

    private static Test rate(int slot, long above) {
        return request -> request.rate(slot) > above;
    }

    static boolean within(List<Network> networks, InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
