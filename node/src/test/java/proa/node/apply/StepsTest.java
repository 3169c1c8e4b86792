package proa.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.agreement.Version;
import proa.config.text.Outcome;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** What a node does with a version, on a place that does not what it should. */
class StepsTest {

    private static final String TEXT =
            """
            schema = 1
            cluster { name = edge, insecure = true, nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } } }
            """;

    @TempDir private Path folder;

    /** Keeps everything ready, and fails when it is to be used. */
    private static final class Broken implements Place {
        @Override
        public String hash() {
            return "before";
        }

        @Override
        public List<String> hold(Outcome.Ok next) {
            return List.of();
        }

        @Override
        public List<String> take(String by) {
            throw new IllegalStateException("broken");
        }

        @Override
        public void release() {
            // nothing is kept
        }
    }

    @Test
    void aDefectWhileAVersionIsTakenInIsSaidToWhoWaitsForIt() throws Exception {
        Path file = Files.writeString(folder.resolve("proa.conf"), TEXT);
        VersionFiles files = new VersionFiles(folder);
        OwnFile own = new OwnFile(file, "lb1", files);
        assertThat(own.read()).isInstanceOf(Outcome.Ok.class);
        Steps steps = new Steps(own, files, new Broken(), InstantSource.system());
        Version.Origin origin = new Version.Origin("next.conf", "olga", "lb1", 7);
        assertThat(steps.catchUp(new Version(1, "", TEXT, origin)))
                .containsExactly("a defect: java.lang.IllegalStateException: broken");
    }
}
