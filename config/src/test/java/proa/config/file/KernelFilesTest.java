package proa.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Beside what another program reads. */
class KernelFilesTest {

    @Test
    void aSettingIsReadToItsLastDigit() throws IOException {
        Path file = Path.of("/proc/sys/kernel/pid_max");
        assertThat(KernelFiles.text(file)).isEqualTo(cat(file)).hasSizeGreaterThan(3);
    }

    @Test
    void aNodeIsCalledAsItsHostUpToTheFirstDot() throws IOException {
        String host = cat(Path.of("/proc/sys/kernel/hostname")).strip();
        assertThat(KernelFiles.nodeName()).isEqualTo(host.split("\\.", 2)[0]);
    }

    private static String cat(Path file) throws IOException {
        Process process = new ProcessBuilder("cat", file.toString()).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
