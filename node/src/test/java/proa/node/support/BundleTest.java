package proa.node.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What programs of the machine print, in a bundle. */
class BundleTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir private Path folder;

    private final Bundle bundle = new Bundle();

    @Test
    void whatAProgramPrintsIsInItWithoutSecrets() throws IOException {
        run(LONG, "echo seen; echo 'password = hunter2' >&2; read nothing || echo no input");
        assertThat(unpacked()).contains("said.txt", "seen\n", "no input").doesNotContain("hunter2");
    }

    @Test
    void aProgramThatDoesNotEndIsEnded() throws IOException {
        run(Duration.ofSeconds(3), "echo seen; exec sleep 3600");
        assertThat(unpacked()).contains("seen\n");
    }

    @Test
    void ofAProgramThatPrintsWithoutEndTheFirstPartIsTaken() throws IOException {
        run(LONG, "exec yes");
        assertThat(unpacked().length())
                .isBetween(Bundle.TEXT_CHARACTERS_MAX, Bundle.TEXT_CHARACTERS_MAX + 4096);
    }

    @Test
    void aProgramThatIsNotThereIsSaidSo() throws IOException {
        bundle.addProgram("said.txt", List.of("no-such-program"), LONG);
        assertThat(unpacked()).contains("cannot be run: ", "no-such-program");
    }

    private void run(Duration limit, String script) {
        bundle.addProgram("said.txt", List.of("sh", "-c", script), limit);
    }

    /** Names and texts: the archive has them as they are. */
    private String unpacked() throws IOException {
        Path file = folder.resolve("bundle.tar.gz");
        bundle.write(file, "b", 0);
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
