package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;

/**
 * The package of a commit is the same bytes whoever compiles it, where and when: {@code
 * vagrant/test/reproduce} does so twice. {@link PackageTest} makes it twice of one compilation.
 */
@RequiresPrograms({"git"})
class ReproducibleTest {

    /**
     * Without history there is no commit to go back to; where nothing may be skipped, that fails.
     */
    @Test
    @Tag("long")
    void twoCleanCompilationsOfThisCommitGiveTheSameBytes() throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        assumeTrue(required || Files.exists(Script.HOME.resolve(".git")), "no clone");
        Files.createDirectories(Built.folder());
        assertThat(Script.run("reproduce", "vagrant/test/reproduce")).contains("the same bytes: ");
    }
}
