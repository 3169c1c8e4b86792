package proa.cluster.member;

import proa.config.Condition;
import proa.config.ProaConfig;

import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Which rates the rules of a configuration compare a table with. */
final class RateLimits {

    private RateLimits() {}

    /** The lowest one, or {@link Long#MAX_VALUE} when no rule asks for this table. */
    static long lowest(ProaConfig config, String table) {
        Stream<Condition> rules =
                config.frontends().stream()
                        .flatMap(frontend -> frontend.rules().stream())
                        .map(rule -> rule.when());
        Stream<Condition> routes =
                config.frontends().stream()
                        .flatMap(frontend -> frontend.routes().stream())
                        .map(route -> route.when());
        return Stream.concat(rules, routes)
                .flatMapToLong(condition -> rates(condition, table))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static LongStream rates(Condition condition, String table) {
        return switch (condition) {
            case Condition.RateAbove rate when rate.table().equals(table) ->
                    LongStream.of(rate.above());
            case Condition.All all -> all.of().stream().flatMapToLong(c -> rates(c, table));
            case Condition.Any any -> any.of().stream().flatMapToLong(c -> rates(c, table));
            case Condition.None none -> none.of().stream().flatMapToLong(c -> rates(c, table));
            case Condition.Always _,
                    Condition.PathPrefix _,
                    Condition.PathSuffix _,
                    Condition.Path _,
                    Condition.Host _,
                    Condition.HostSuffix _,
                    Condition.Method _,
                    Condition.Header _,
                    Condition.Cookie _,
                    Condition.Parameter _,
                    Condition.Matches _,
                    Condition.Source _,
                    Condition.Destination _,
                    Condition.DestinationPort _,
                    Condition.Share _,
                    Condition.TimeOfDay _,
                    Condition.ServerName _,
                    Condition.Secure _,
                    Condition.TlsIs _,
                    Condition.RateAbove _ ->
                    LongStream.empty();
        };
    }
}
