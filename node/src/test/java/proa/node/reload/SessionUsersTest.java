package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.tls.PemFiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of session users that makes no sense is refused as the configuration is: exit code 2. */
class SessionUsersTest {

    @TempDir private Path folder;

    private void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> ClusterEngines.users(file))
                .isInstanceOfSatisfying(
                        StartException.class, refused -> assertThat(refused.isRefusal()).isTrue())
                .hasMessage(message);
    }

    @Test
    void whatIsNoTextOrTooLargeIsNamedWithItsPlace() throws IOException {
        Path file = folder.resolve("users");
        Files.write(file, "# zwölf\nshop:x\n".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(file, file + ":1: the byte at offset 4 is not UTF-8 text");
        Files.write(file, new byte[PemFiles.BYTES_MAX + 1]);
        assertRefused(file, file + ": larger than 1048576 bytes");
        Files.writeString(file, "shop:x\n");
        assertThatThrownBy(() -> ClusterEngines.users(file)).hasMessageStartingWith(file + ":1: ");
    }
}
