package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tripwire, not a measurement: short, on whatever machine this is, beside whatever else it does.
 * It says that nothing grew out of all proportion; {@code proa bench} says what the cost is.
 */
@Tag("bench")
class KeepAliveTripwireTest {

    private static final double PROMISE = 1.1;
    private static final double LENIENCY = 3;

    @Test
    void aKeptAliveRequestCostsAtMostThreeTimesThePromise() throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        for (String program : List.of("wrk", "haproxy", "nginx", "taskset")) {
            assumeTrue(required || isInstalled(program), program + " is not installed");
        }
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core for each side");
        Effort effort = new Effort(50_000, 20, 3, 2, 64);
        BenchReport report = new Bench(effort, System.out).http1KeepAlive();
        assertThat(report.keeps(PROMISE * LENIENCY)).as(report.table()).isTrue();
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Path.of(folder, command).toFile().canExecute());
    }
}
