package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import proa.chaos.lab.RequiresNetns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A trio is upgraded from the package of the commit before, built from its own files, or of what
 * {@code PROA_UPGRADE_FROM} names: {@code vagrant/test/upgrade} says step by step what it has seen.
 */
@RequiresNetns
@RequiresPrograms({"git"})
class UpgradeTest {

    /** What {@code vagrant/test/previous} ends with where there is no commit before. */
    private static final int NO_VERSION_BEFORE = 3;

    private static final long BUILD_MINUTES_MAX = 30;

    @Test
    @Tag("long")
    void aTrioIsUpgradedUnderLoadFromThePackageOfTheCommitBeforeAndLosesNothing() throws Exception {
        Path before = before();
        Built built = Built.get();
        String output =
                Script.run(
                        "upgrade",
                        "vagrant/test/upgrade",
                        before.toString(),
                        built.deb().toString(),
                        built.root().toString());
        assertThat(output)
                .containsPattern("three machines with the version before")
                .containsPattern("lb1 upgraded: .*lb3 \\d+ sessions, 0 lost, \\d+ sources, 0 moved")
                .containsPattern("lb2 back at the version before: .* 0 lost")
                .containsPattern("all of this version: .* 0 lost")
                .contains("one owner at a time")
                .containsPattern("upgrade of all, .*: \\d+ requests answered by servers, 0 failed");
    }

    /**
     * Without history there is nothing to upgrade from; where nothing may be skipped, that fails.
     */
    private static Path before() throws IOException, InterruptedException {
        Path said = Files.createDirectories(Built.folder()).resolve("previous.out");
        Path log = Built.folder().resolve("previous.log");
        Process process =
                new ProcessBuilder(Script.path("vagrant/test/previous"))
                        .redirectOutput(said.toFile())
                        .redirectError(log.toFile())
                        .start();
        boolean ended = process.waitFor(BUILD_MINUTES_MAX, TimeUnit.MINUTES);
        process.destroy();
        String why = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(ended).as("built in time: " + why).isTrue();
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        assumeTrue(required || process.exitValue() != NO_VERSION_BEFORE, why);
        assertThat(process.exitValue()).as(why).isZero();
        return Path.of(Files.readString(said, StandardCharsets.UTF_8).strip());
    }
}
