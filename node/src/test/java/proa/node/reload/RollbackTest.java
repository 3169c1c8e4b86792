package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.apply.OwnFile;
import proa.node.apply.VersionFiles;
import proa.node.cli.NodeCommands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What a node goes back to whose file is edited besides. */
class RollbackTest {

    @TempDir private Path folder;

    private String address;
    private Path file;
    private NodeRuntime node;

    @BeforeEach
    void start() throws Exception {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        address = "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".1";
        file = folder.resolve("proa.conf");
        edit(1);
        OwnFile own = new OwnFile(file, "lb1", new VersionFiles(folder.resolve("state")));
        if (!(own.read() instanceof Outcome.Ok first)) {
            throw new AssertionError(own.read());
        }
        Setup setup =
                new Setup(
                        first.config(),
                        first.hash(),
                        "lb1",
                        folder,
                        folder.resolve("state"),
                        Duration.ZERO,
                        own::read,
                        Optional.empty(),
                        Optional.of(own));
        node = NodeRuntime.start(setup, ClusterEngines.of(first.config(), "lb1"), Instant.now());
        Await.until("ready", () -> node.lacking().isEmpty());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private String text(int weight) {
        return """
        schema = 1
        cluster {
          name = edge, timing = lab, insecure = true, ownership = bind
          nodes { lb1 { id = 1, addresses = ["%s"] } }
        }
        backends { shop { servers = [ { name = web, address = "127.0.0.1:9", weight = %d } ] } }
        """
                .formatted(address, weight);
    }

    private void edit(int weight) throws Exception {
        Files.writeString(file, text(weight));
    }

    private void reload(int weight) throws Exception {
        edit(weight);
        done("reload");
        assertThat(weight()).isEqualTo(weight);
    }

    private void apply(int weight, String... options) throws Exception {
        Path next = Files.writeString(folder.resolve("next.conf"), text(weight));
        String[] arguments = new String[options.length + 2];
        arguments[0] = "apply";
        arguments[1] = next.toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        done(arguments);
    }

    private String done(String... arguments) {
        NodeCommands.Done done = NodeCommands.run(folder, arguments);
        assertThat(done.code()).as(done.err()).isZero();
        return done.out();
    }

    private int weight() {
        return node.generation().config().backends().getFirst().servers().getFirst().weight();
    }

    @Test
    void theFirstVersionIsWhatWasInUseNotWhatTheFileSays() throws Exception {
        edit(2);
        done("apply", file.toString());
        assertThat(weight()).isEqualTo(2);
        done("rollback");
        assertThat(weight()).isEqualTo(1);
        apply(3);
        done("rollback", "0");
        assertThat(weight()).isEqualTo(1);
    }

    @Test
    void aDryRunKeepsNothingToGoBackTo() throws Exception {
        apply(2, "--dry-run");
        assertThat(folder.resolve("state/configurations/0.json")).doesNotExist();
        reload(3);
        apply(4);
        done("rollback");
        assertThat(weight()).isEqualTo(3);
    }

    @Test
    void anEditIsUndoneByTheLastThatWasApplied() throws Exception {
        apply(2);
        apply(3);
        reload(4);
        done("rollback");
        assertThat(weight()).isEqualTo(3);
        done("rollback");
        assertThat(weight()).isEqualTo(2);
    }
}
