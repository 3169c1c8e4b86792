package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A process whose wall clock is turned, as those of the balancers are in a drill. */
class WallClocksTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final int WAITS = 20;
    private static final long WAIT_NANOS = 10_000_000;

    @TempDir private Path folder;

    private Process process;
    private BufferedReader said;

    /** Says in each line how long some waits took, and what time it is; both in milliseconds. */
    static final class Watch {
        private Watch() {}

        public static void main(String[] arguments) throws IOException {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            while (in.readLine() != null) {
                long began = System.nanoTime();
                for (int n = 0; n < WAITS; n++) {
                    LockSupport.parkNanos(WAIT_NANOS);
                }
                long took = (System.nanoTime() - began) / 1_000_000;
                System.out.println(took + " " + System.currentTimeMillis());
            }
        }
    }

    private record Said(long tookMillis, long wallMillis) {}

    private Path file() {
        return folder.resolve("clock");
    }

    @BeforeEach
    void start() throws IOException {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        if (!required) {
            Assumptions.assumeTrue(
                    WallClocks.library().isPresent(), () -> WallClocks.missing().orElse(""));
        }
        WallClocks.turn(file(), Duration.ZERO);
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Watch.class.getName());
        builder.environment()
                .putAll(WallClocks.environment(WallClocks.library().orElseThrow(), file()));
        process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        said = process.inputReader(UTF_8);
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
            WallClocks.tidy();
        }
    }

    private Said ask() throws IOException {
        process.outputWriter(UTF_8).append("?\n").flush();
        String[] words = said.readLine().split(" ");
        return new Said(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    @Test
    void isTurnedWhileItRunsAndItsWaitsLastAsLongAsBefore() throws Exception {
        assertThat(ask().tookMillis()).isGreaterThanOrEqualTo(WAITS * WAIT_NANOS / 1_000_000);
        for (Duration by : new Duration[] {HOUR, HOUR.negated(), Duration.ZERO}) {
            WallClocks.turn(file(), by);
            long end = System.nanoTime() + SOON.toNanos();
            Said now = ask();
            while (Math.abs(awayMillis(now) - by.toMillis()) > HOUR.toMillis() / 2) {
                assertThat(end - System.nanoTime()).as("%s away from us: %s", by, now).isPositive();
                now = ask();
            }
            assertThat(now.tookMillis())
                    .as("by another clock")
                    .isGreaterThanOrEqualTo(WAITS * WAIT_NANOS / 1_000_000);
        }
    }

    private static long awayMillis(Said now) {
        return now.wallMillis() - System.currentTimeMillis();
    }
}
