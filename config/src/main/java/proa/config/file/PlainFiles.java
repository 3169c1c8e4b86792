package proa.config.file;

import proa.config.tls.PemFiles;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Small files that an operator names. Any thread; blocks on the disk. */
public final class PlainFiles {

    private PlainFiles() {}

    /**
     * The bytes of a file of at most {@link PemFiles#BYTES_MAX}.
     *
     * @throws IOException with a message for the operator that names the file
     */
    public static byte[] read(Path file) throws IOException {
        try {
            if (Files.size(file) > PemFiles.BYTES_MAX) {
                throw new IOException(file + ": larger than " + PemFiles.BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new IOException(file + ": no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new IOException(file + ": permission denied", denied);
        }
    }
}
