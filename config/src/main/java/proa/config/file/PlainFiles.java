package proa.config.file;

import proa.config.tls.PemFiles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;

/** Small files that an operator names. Any thread; blocks on the disk. */
public final class PlainFiles {

    /** What Java adds to what the system says of links that lead round in a circle. */
    private static final String LOOP = "symbolic link";

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
            if (Files.readAttributes(file, BasicFileAttributes.class).isDirectory()) {
                throw new UnfitFileException(file + ": is a directory");
            }
            return content(file);
        } catch (NoSuchFileException missing) { // a path through a file is one, too
            throw new UnfitFileException(file + ": no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new UnfitFileException(file + ": permission denied", denied);
        } catch (FileSystemException named) { // its message has the name
            throw Objects.toString(named.getReason(), "").contains(LOOP)
                    ? new UnfitFileException(String.valueOf(named.getMessage()), named)
                    : named;
        } catch (UnfitFileException unfit) {
            throw unfit;
        } catch (IOException passing) {
            throw new IOException(file + ": " + passing.getMessage(), passing);
        }
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(PemFiles.BYTES_MAX + 1);
            if (bytes.length > PemFiles.BYTES_MAX) {
                throw new UnfitFileException(
                        file + ": larger than " + PemFiles.BYTES_MAX + " bytes");
            }
            return bytes;
        }
    }

    /**
     * The lines of a text in UTF-8 of at most {@link PemFiles#BYTES_MAX} bytes.
     *
     * @throws UnfitFileException as {@link #read} does, and naming the line and the byte that no
     *     text in UTF-8 has
     * @throws IOException when it may pass
     */
    public static List<String> lines(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(read(file));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString().lines().toList();
        } catch (CharacterCodingException broken) {
            throw new UnfitFileException(
                    "%s:%d: the byte at offset %d is not UTF-8 text"
                            .formatted(file, lineAt(bytes), bytes.position()),
                    broken);
        }
    }

    /** The number of the line that the next byte is in. */
    private static int lineAt(ByteBuffer bytes) {
        int line = 1;
        for (int at = 0; at < bytes.position(); at++) {
            line += bytes.get(at) == '\n' ? 1 : 0;
        }
        return line;
    }
}
