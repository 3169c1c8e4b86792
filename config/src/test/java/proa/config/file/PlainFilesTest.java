package proa.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.tls.PemFiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stays wrong until somebody mends it, and what an operator is told of it. */
class PlainFilesTest {

    @TempDir private Path folder;

    private static void assertUnfit(Path file, String message) {
        assertThatThrownBy(() -> PlainFiles.read(file))
                .isInstanceOf(UnfitFileException.class)
                .hasMessageStartingWith(file + ": " + message);
    }

    @Test
    void aPathThatLeadsNowhereIsUnfit() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "text");
        assertUnfit(folder.resolve("none"), "no such file");
        assertUnfit(folder, "is a directory");
        assertUnfit(plain.resolve("below"), "no such file");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("plain/below"));
        assertUnfit(link, "no such file");
    }

    @Test
    void linksThatLeadRoundInACircleAreUnfitBelowToo() throws IOException {
        Path one = Files.createSymbolicLink(folder.resolve("one"), Path.of("two"));
        Files.createSymbolicLink(folder.resolve("two"), Path.of("one"));
        assertUnfit(one, "Too many levels of symbolic links");
        assertUnfit(one.resolve("below"), "Too many levels of symbolic links");
    }

    /** Also one of which the kernel does not know how long it is. */
    @Test
    void whatIsTooLargeIsUnfit() throws IOException {
        Path large = folder.resolve("large");
        Files.write(large, new byte[PemFiles.BYTES_MAX]);
        assertThat(PlainFiles.read(large)).hasSize(PemFiles.BYTES_MAX);
        Files.write(large, new byte[PemFiles.BYTES_MAX + 1]);
        assertUnfit(large, "larger than 1048576 bytes");
        assertUnfit(Path.of("/dev/zero"), "larger than 1048576 bytes");
    }

    @Test
    void linesAreTextAndTheFirstByteThatIsNotIsNamed() throws IOException {
        Path file = folder.resolve("users");
        Files.writeString(file, "first\r\nzwölf\n");
        assertThat(PlainFiles.lines(file)).containsExactly("first", "zwölf");
        Files.write(file, "first\nzwölf\n".getBytes(StandardCharsets.ISO_8859_1));
        assertBroken(file, file + ":2: the byte at offset 8 is not UTF-8 text");
        Files.write(file, new byte[] {'a', '\n', '\n', (byte) 0xc3});
        assertBroken(file, file + ":3: the byte at offset 3 is not UTF-8 text");
    }

    private static void assertBroken(Path file, String message) {
        assertThatThrownBy(() -> PlainFiles.lines(file))
                .isInstanceOf(UnfitFileException.class)
                .hasMessage(message);
    }
}
