package proa.cluster.member;

import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Rule;
import proa.config.ProaConfig;
import proa.config.RateConfig;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;
import proa.config.TableConfig.Value;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Which rates a configuration compares the counters of a table with. */
final class RateLimits {

    private static final long MILLIS_PER_SECOND = 1_000;

    private RateLimits() {}

    /**
     * The lowest one of each counter, in the table's order; {@link Long#MAX_VALUE} where no rule
     * asks for it.
     */
    static long[] lowest(ProaConfig config, TableConfig table) {
        long[] lowest = new long[table.counters().size()];
        Arrays.fill(lowest, Long.MAX_VALUE);
        for (FrontendConfig frontend : config.frontends()) {
            Stream.concat(
                            frontend.rules().stream().map(Rule::when),
                            frontend.routes().stream().map(FrontendConfig.Route::when))
                    .forEach(condition -> lower(condition, table, lowest));
            for (Rule rule : frontend.rules()) {
                if (rule instanceof Rule.Limit limit) {
                    lower(
                            limit.limit().table(),
                            limit.limit().counter(),
                            limit.limit().to(),
                            table,
                            lowest);
                }
            }
        }
        config.backends().stream()
                .flatMap(backend -> backend.servers().stream())
                .flatMap(server -> server.rate().stream())
                .forEach(rate -> lower(rate, table, lowest));
        return lowest;
    }

    private static void lower(RateConfig.OfServer rate, TableConfig table, long[] lowest) {
        long window = table.requestRateOver().map(Duration::toMillis).orElse(0L);
        long most = Math.max(1, rate.rate().perSecond() * window / MILLIS_PER_SECOND);
        rate.table().ifPresent(name -> lower(name, Counter.REQUESTS, most, table, lowest));
    }

    private static void lower(Condition condition, TableConfig table, long[] lowest) {
        switch (condition) {
            case Condition.RateAbove rate when rate.value() == Value.RATE ->
                    lower(rate.table(), rate.counter(), rate.above(), table, lowest);
            case Condition.All(List<Condition> of) -> of.forEach(c -> lower(c, table, lowest));
            case Condition.Any(List<Condition> of) -> of.forEach(c -> lower(c, table, lowest));
            case Condition.None(List<Condition> of) -> of.forEach(c -> lower(c, table, lowest));
            case Condition _ -> {}
        }
    }

    private static void lower(
            String name, String counter, long limit, TableConfig table, long[] lowest) {
        for (int at = 0; at < lowest.length && name.equals(table.name()); at++) {
            if (table.counters().get(at).name().equals(counter)) {
                lowest[at] = Math.min(lowest[at], limit);
            }
        }
    }
}
