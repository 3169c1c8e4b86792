package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.admin.AdminServer;
import proa.node.admin.Answer;
import proa.node.admin.Inspection;
import proa.node.admin.Level;
import proa.node.admin.Router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class SessionsCommandTest {

    @TempDir private Path folder;

    private static final class Node extends NoControl implements Inspection {
        private final boolean ownFolder;

        Node(boolean ownFolder) {
            this.ownFolder = ownFolder;
        }

        @Override
        public Answer exportSessions(Path file, String by) {
            try {
                if (!ownFolder) {
                    Files.writeString(file, "sessions");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Answer.ok(Answer.ordered("file", file.toString(), "sessions", 3));
        }

        @Override
        public Map<String, Object> status() {
            return Map.of();
        }

        @Override
        public List<String> lacking() {
            return List.of();
        }

        @Override
        public boolean live() {
            return true;
        }
    }

    private Commands.Done export(Node node, Path to) throws IOException {
        AdminServer admin =
                AdminServer.open(folder, Level.ADMIN, new Router(node, node, node, node));
        try {
            return Commands.run(
                    new SessionsCommand(),
                    "sessions",
                    "export",
                    to.toString(),
                    "--run-dir",
                    folder.toString());
        } finally {
            admin.close();
        }
    }

    /** The service has a /tmp of its own, which is gone with it. */
    @Test
    void anExportThatLiesWhereOnlyTheNodeSeesItIsNone() throws Exception {
        Path file = folder.resolve("exported");
        Commands.Done done = export(new Node(true), file);
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err())
                .contains(file + " is not here: the node's service has a folder of its own")
                .contains("Name a file in /var/lib/proa");
    }

    @Test
    void anExportThatIsThereIsOne() throws Exception {
        Path file = folder.resolve("exported");
        Commands.Done done = export(new Node(false), file);
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out()).contains("sessions: 3");
        assertThat(file).exists();
    }
}
