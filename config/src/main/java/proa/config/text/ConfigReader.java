package proa.config.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a configuration file. The only class of this package that touches a file: it fetches the
 * bytes and hands them to {@link ConfigParser}. Stateless; any thread.
 */
public final class ConfigReader {

    /** Larger files are not ours: a trio with a thousand servers takes about 100 KiB. */
    public static final long FILE_BYTES_MAX = 1 << 20;

    private ConfigReader() {}

    /**
     * Reads the file as the named node sees it.
     *
     * @param file HOCON in UTF-8, at most {@link #FILE_BYTES_MAX}
     * @param node the node that {@code %{node}} stands for; a name the file does not list is a
     *     violation
     */
    public static Outcome read(Path file, String node) {
        return read(file, Optional.of(node));
    }

    /**
     * Reads the file.
     *
     * @param file HOCON in UTF-8, at most {@link #FILE_BYTES_MAX}
     * @param node as above; empty: for no node in particular, {@code %{node}} stays as it is
     */
    public static Outcome read(Path file, Optional<String> node) {
        return read(file, node, CertificateChecks.NONE);
    }

    /**
     * Reads the file, and has the certificate files looked at that it names.
     *
     * @param certificates looks into them
     */
    public static Outcome read(Path file, Optional<String> node, CertificateChecks certificates) {
        return read(file, node, certificates, _ -> {});
    }

    /**
     * Reads the file as the named node sees it, and tells its text.
     *
     * @param text told what was read, before it is looked into
     */
    public static Outcome read(Path file, String node, Consumer<String> text) {
        return read(file, Optional.of(node), CertificateChecks.NONE, text);
    }

    private static Outcome read(
            Path file,
            Optional<String> node,
            CertificateChecks certificates,
            Consumer<String> told) {
        try {
            if (!Files.isRegularFile(file)) {
                return refused(file, Files.exists(file) ? "is not a regular file" : "no such file");
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                return refused(file, "is larger than " + Units.size(FILE_BYTES_MAX));
            }
            String text = text(file);
            told.accept(text);
            return ConfigParser.parse(text, file.toString(), folder(file), node, certificates);
        } catch (CharacterCodingException _) {
            return refused(file, "is not UTF-8 text");
        } catch (IOException failure) {
            return refused(file, "cannot be read: " + failure.getMessage());
        }
    }

    private static String text(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    private static Path folder(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static Outcome refused(Path file, String message) {
        return new Outcome.Refused(
                List.of(new Violation(file.toString(), 0, message, Optional.empty())));
    }
}
