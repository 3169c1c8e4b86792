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

    private KernelFiles() {}

    /** The first 64 KiB, as text. */
    public static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(BYTES_MAX), StandardCharsets.US_ASCII);
        }
    }
}
