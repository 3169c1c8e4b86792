package proa.config.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Small files of {@code /proc} and {@code /sys}. They have no size, and a setting is told to the
 * first read alone: whoever asks for one byte first, as {@link Files#readString} does where a size
 * is missing, gets the first digit of a number. Any thread.
 */
public final class KernelFiles {

    private static final int BYTES_MAX = 64 << 10;

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private KernelFiles() {}

    /** The first 64 KiB, as text. */
    public static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(BYTES_MAX), StandardCharsets.US_ASCII);
        }
    }

    /** What a node is called that nobody named: the host's name up to the first dot. */
    public static String nodeName() throws IOException {
        String host = text(HOST_NAME).strip();
        int dot = host.indexOf('.');
        return dot < 0 ? host : host.substring(0, dot);
    }
}
