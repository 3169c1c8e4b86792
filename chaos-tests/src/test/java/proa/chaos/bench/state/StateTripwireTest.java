package proa.chaos.bench.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tripwire, not a measurement: two members and redis-server with its replica start, keep the
 * sessions of redis-benchmark, and nothing is out of all proportion.
 */
@Tag("bench")
class StateTripwireTest {

    /** Not warm by far, and whatever else this machine does. */
    private static final double LENIENCY = 10;

    @Test
    void sessionsAreReadAndWrittenByRedisBenchmark() throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        for (String program : List.of("redis-server", "redis-benchmark", "redis-cli")) {
            assumeTrue(required || isInstalled(program), program + " is not installed");
        }
        SessionBench bench = new SessionBench(1, 0.2, 1, System.out);
        StateReport report = bench.measure(List.of(Load.Operation.values()), Load::promised);
        assertThat(report.workloads())
                .as(StateTable.of(report))
                .hasSize(2)
                .allSatisfy(
                        found -> assertThat(found.ratio()).isGreaterThan(found.floor() / LENIENCY));
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Path.of(folder, command).toFile().canExecute());
    }
}
