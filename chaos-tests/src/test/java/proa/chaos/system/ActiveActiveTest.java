package proa.chaos.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.demo.Cast;
import proa.chaos.lab.Await;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.TrioPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A pair with two groups, each served by another node, until one of them dies. */
@RequiresNetns
@Tag("system")
class ActiveActiveTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofMinutes(5);
    private static final int LOGINS = 200;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void oneNodeDiesTheOtherServesBothAddressesAndTheDeadOneComesBack() throws IOException {
        long begun = System.nanoTime();
        try (Stage stage = Stage.open(new TrioPlan(false, 2, 2), folder)) {
            Cast cast = stage.cast();
            List<String> vips = cast.trio().plan().vips();
            Machine first = cast.awaitOwner(vips.getFirst());
            Machine second = cast.awaitOwner(vips.getLast());
            assertThat(second).as("each node serves one group").isNotSameAs(first);
            connectRedis(cast, first, "write");

            long start = System.nanoTime();
            second.node().kill();
            Await.until(
                    SOON,
                    "the survivor owns both addresses",
                    () -> vips.stream().allMatch(vip -> cast.awaitOwner(vip) == first));
            vips.forEach(cast::awaitSteady);
            stage.remembers(first);
            connectRedis(cast, first, "read");
            for (String client : List.of("ioredis", "node-redis-4", "node-redis-5")) {
                connectRedis(cast, first, "read", "--client=" + client);
            }
            commands(cast, first);

            second.start();
            cast.trio().awaitWhole(RECOVERY);
            vips.forEach(cast::awaitSteady);
            stage.remembers(second);
            connectRedis(cast, second, "read");
            vips.forEach(vip -> stage.oneOwner(vip, start));
            stage.registersHeld();
        }
        Stage.say("active-active took %.1f s", (System.nanoTime() - begun) / 1e9);
    }

    /** The unmodified session store of an Express application, through a node's own address. */
    private void connectRedis(Cast cast, Machine through, String action, String... more)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "sessions.mjs",
                                action,
                                "--count=" + LOGINS,
                                "--state=" + folder.resolve("cookies")));
        command.addAll(List.of(more));
        Path log = program(cast, through, action + String.join("", more), command);
        if (Files.exists(log)) {
            assertThat(Files.readString(log)).contains("\"ok\":" + LOGINS);
        }
    }

    /** Hashes, counters and limits, by unmodified clients. */
    private void commands(Cast cast, Machine through) throws IOException {
        program(cast, through, "commands", List.of("commands.mjs"));
    }

    /** Runs a Node.js program to its good end; the log it would write exists if it has run. */
    private Path program(Cast cast, Machine through, String name, List<String> command)
            throws IOException {
        Path programs = Path.of(System.getProperty("proa.home"), "chaos-tests/src/test/node");
        Path log = folder.resolve("node-" + name + ".log");
        if (!Files.isDirectory(programs.resolve("node_modules"))) {
            assertThat(System.getenv("PROA_REQUIRE_PEERS"))
                    .as("the Node.js clients are not installed: ./proa test does it")
                    .isNotEqualTo("true");
            return log;
        }
        int port = cast.trio().plan().nodeSessionsPort();
        List<String> words = new ArrayList<>(List.of("node"));
        words.add(programs.resolve(command.getFirst()).toString());
        words.addAll(command.subList(1, command.size()));
        words.add("--url=redis://" + through.address() + ":" + port);
        LabProcess client = cast.trio().clientPlace().start(name, words, log, Map.of());
        assertThat(client.await(RECOVERY)).as(client.lastLines(5)).isZero();
        return log;
    }
}
