package proa.chaos.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Launcher;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The demo as a user runs it: a process and its exit code. */
@RequiresNetns
@Tag("system")
class DemoTest {

    /** Of the file of {@code --json}: names that scripts read, so they stay. */
    private static final Map<String, List<String>> KEYS =
            Map.of(
                    "owner", List.of("before", "after"),
                    "requests", List.of("sent", "failed"),
                    "sessions", List.of("before", "lost"),
                    "sticky", List.of("before", "moved"),
                    "rateLimit", List.of("limit", "admitted"));

    @TempDir private Path folder;

    private record Run(int exitCode, String printed, String json) {}

    private Run demo(String... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path json = folder.resolve("facts.json");
        List<String> command = new ArrayList<>(List.of("demo", "--json=" + json));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(Launcher.command(command))
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
        builder.environment().putAll(Launcher.ENVIRONMENT);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(6, TimeUnit.MINUTES)).as("it ends by itself").isTrue();
        } finally {
            process.destroy();
        }
        return new Run(
                process.exitValue(),
                Files.readString(out),
                Files.exists(json) ? Files.readString(json) : "");
    }

    @Test
    void withoutTakeoverItFailsAndSaysWhy() throws Exception {
        Run run = demo("--nodes=2", "--no-takeover");
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(1);
        assertThat(run.printed())
                .contains("kill -9 of lb1's node")
                .contains("FAILED  the address answers again within 150 ms: it did not answer")
                .contains("NOT PASSED");
        assertThat(run.json()).contains("\"passed\": false").doesNotContain("\"after\": \"lb2\"");
    }

    /** The keys that scripts depend on, and an exit code that says what they say. */
    @Test
    void itWritesItsFactsAndExitsByThem() throws Exception {
        Run run = demo("--loopback", "--nodes=2");
        Facts facts = Json.read(run.json(), Facts.class);
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(facts.passed() ? 0 : 1);
        assertThat(facts.owner().before()).isNotEmpty();
        assertThat(facts.owner().after()).isNotEmpty().isNotEqualTo(facts.owner().before());
        assertThat(facts.requests().sent()).isPositive();
        assertThat(facts.sessions().before()).isGreaterThanOrEqualTo(1_000);
        assertThat(facts.sessions().lost()).as(run.printed()).isZero();
        assertThat(facts.sticky().before()).isGreaterThanOrEqualTo(1_000);
        assertThat(facts.sticky().moved()).as(run.printed()).isZero();
        int limit = facts.rateLimit().limit();
        assertThat(facts.rateLimit().admitted())
                .as("two nodes that count for themselves admit twice as many")
                .isBetween(limit / 2, limit + limit / 2);
        for (Map.Entry<String, List<String>> promised : KEYS.entrySet()) {
            for (String key : promised.getValue()) {
                assertThat(run.json())
                        .containsPattern(
                                "(?m)^  \"%s\": \\{[^{]*?\"%s\": "
                                        .formatted(promised.getKey(), key));
            }
        }
        assertThat(run.json())
                .containsPattern("(?m)^  \"gapMillis\": [0-9]")
                .contains("\"overlapMillis\":", "\"kills\":");
    }

    @Test
    void argumentsThatMakeNoSenseAreRefused() throws Exception {
        Run run = demo("--nodes=4");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.printed()).contains("--nodes is 2 or 3");
    }
}
