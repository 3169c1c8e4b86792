package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class RunDirectoryTest {

    @TempDir private Path directory;

    @Test
    void belongsToOneNode() throws Exception {
        Path path = directory.resolve("run");
        try (RunDirectory first = RunDirectory.open(path)) {
            assertThat(first.vipdSocket()).isEqualTo(path.resolve("vipd.sock"));
            assertThatThrownBy(() -> RunDirectory.open(path))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("a node runs already");
        }
        RunDirectory.open(path).close();
    }
}
