package proa.config.file;

import proa.config.tls.PemFiles;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Small files that an operator names. Any thread; blocks on the disk. */
public final class PlainFiles {

    private PlainFiles() {}

    /**
     * The bytes of a file of at most {@link PemFiles#BYTES_MAX}.
     *
     * @throws UnfitFileException when that is so until somebody mends it; the message is for the
     *     operator and names the file
     * @throws IOException when it may pass
     */
    public static byte[] read(Path file) throws IOException {
        try {
            if (Files.size(file) > PemFiles.BYTES_MAX) {
                throw new UnfitFileException(
                        file + ": larger than " + PemFiles.BYTES_MAX + " bytes");
            }
            if (Files.isDirectory(file)) {
                throw new UnfitFileException(file + ": is a directory");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new UnfitFileException(file + ": no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new UnfitFileException(file + ": permission denied", denied);
        } catch (FileSystemException named) { // its message has the name
            throw named;
        } catch (UnfitFileException unfit) {
            throw unfit;
        } catch (IOException passing) {
            throw new IOException(file + ": " + passing.getMessage(), passing);
        }
    }
}
