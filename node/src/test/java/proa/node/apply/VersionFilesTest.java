package proa.node.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.agreement.Version;
import proa.config.text.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Versions on the disk: whole or not at all, and which text counts. */
class VersionFilesTest {

    private static final String TEXT =
            """
            schema = 1
            cluster { name = NAME, insecure = true, nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } } }
            """;

    @TempDir private Path state;

    private static Kept kept(long number, String text, String digest) {
        Version.Origin origin = new Version.Origin("proa.conf", "olga", "lb1", 7);
        return new Kept(new Version(number, "h" + number, text, origin), digest);
    }

    private static void put(VersionFiles files, Kept kept) throws IOException {
        files.prepare(kept);
        files.commit(kept.version().number());
    }

    @Test
    void whatWasTakenInIsReadBackAndTheOldestGo() throws Exception {
        VersionFiles files = new VersionFiles(state);
        assertThat(files.latest()).isEmpty();
        for (int number = 1; number <= VersionFiles.KEPT_MAX + 5; number++) {
            put(files, kept(number, "a = \"\u00fc\"\n\t# " + number, "d"));
        }
        assertThat(files.all()).hasSize(VersionFiles.KEPT_MAX);
        assertThat(files.latest()).contains(kept(25, "a = \"\u00fc\"\n\t# 25", "d"));
        assertThat(files.find(5)).isEmpty();
        files.prepare(kept(26, "b", "d")); // and the process dies
        assertThat(new VersionFiles(state).latest()).contains(files.find(25).orElseThrow());
    }

    @Test
    void aDamagedFileIsLeftOutAndADiskThatTakesNothingLeavesWhatThereIs() throws Exception {
        VersionFiles files = new VersionFiles(state);
        put(files, kept(1, "one", "d"));
        Path damaged = state.resolve("configurations/2.json");
        Files.writeString(damaged, "{\"schema\":1,\"number\":2");
        assertThat(files.latest()).contains(kept(1, "one", "d"));
        Files.createDirectories(state.resolve("configurations/pending/full"));
        assertThatThrownBy(() -> files.prepare(kept(3, "three", "d")))
                .isInstanceOf(IOException.class);
        assertThat(files.latest()).contains(kept(1, "one", "d"));
    }

    @Test
    void aVersionCountsUntilTheFileIsChanged() throws Exception {
        Path file = Files.writeString(state.resolve("proa.conf"), TEXT.replace("NAME", "mine"));
        VersionFiles files = new VersionFiles(state);
        OwnFile own = new OwnFile(file, "lb1", files);
        assertThat(name(own)).isEqualTo("mine");
        put(files, kept(1, TEXT.replace("NAME", "ours"), own.digest()));
        assertThat(name(own)).isEqualTo("ours");
        Files.writeString(file, TEXT.replace("NAME", "edited"));
        assertThat(name(own)).isEqualTo("edited");
    }

    private static String name(OwnFile own) {
        if (own.read() instanceof Outcome.Ok sound) {
            return sound.config().cluster().name();
        }
        throw new AssertionError(own.read());
    }
}
