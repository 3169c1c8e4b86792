package proa.node.early;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

@EnabledOnOs(OS.LINUX)
class CompilerThreadsTest {

    /** Of {@code /proc/PID/stat}, counted after the name in parentheses. */
    private static final int NICE_FIELD = 16;

    @Test
    void theOptimisingCompilerRunsBehindEverythingElse() throws IOException {
        assertThat(CompilerThreads.yieldToTraffic()).isPositive();
        assertThat(niceOf("C2 Compiler")).isNotEmpty().containsOnly(CompilerThreads.NICE);
        assertThat(niceOf("C1 Compiler")).doesNotContain(CompilerThreads.NICE);
    }

    private static List<Integer> niceOf(String name) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.map(task -> read(task.resolve("stat")))
                    .filter(stat -> stat.contains("(" + name))
                    .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD])
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException ended) {
            return "";
        }
    }
}
