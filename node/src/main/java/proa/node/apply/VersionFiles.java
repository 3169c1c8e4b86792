package proa.node.apply;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.agreement.Version;
import proa.node.admin.Answer;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last versions of the configuration, each a file {@code NUMBER.json} in {@code
 * configurations/} of the state directory, readable for the node's user only. A version is written
 * and forced to the disk before this node agrees to it; taking it in is one renaming, which needs
 * no room. Not thread-safe.
 */
public final class VersionFiles {

    private static final Logger LOG = LoggerFactory.getLogger(VersionFiles.class);

    /** So many are kept, those that somebody may want to go back to. */
    public static final int KEPT_MAX = 20;

    private static final String FOLDER = "configurations";
    private static final String PENDING = "pending";
    private static final long SCHEMA = 1;
    private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.json");
    private static final long BYTES_MAX = 8 << 20;

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;

    /** Those of a state directory. */
    public VersionFiles(Path stateDirectory) {
        folder = stateDirectory.resolve(FOLDER);
    }

    /** The last one that was taken in. */
    public Optional<Kept> latest() {
        return numbers().stream().map(this::read).flatMap(Optional::stream).findFirst();
    }

    /** All that are kept, newest first; files that cannot be read are left out. */
    List<Kept> all() {
        return numbers().stream().map(this::read).flatMap(Optional::stream).toList();
    }

    /** One of them; empty: it is not kept, or cannot be read. */
    Optional<Kept> find(long number) {
        return numbers().contains(number) ? read(number) : Optional.empty();
    }

    private List<Long> numbers() {
        List<Long> numbers = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return numbers;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Long.parseLong(name.group(1)));
                }
            }
        } catch (IOException e) {
            LOG.error("{} cannot be read", folder, e);
        }
        numbers.sort(Comparator.reverseOrder());
        return numbers;
    }

    private Optional<Kept> read(long number) {
        Path file = folder.resolve(number + ".json");
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new IOException("it is larger than " + BYTES_MAX + " bytes");
            }
            return Optional.of(kept(JsonReader.read(Files.readString(file))));
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("{} is left out: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private static Kept kept(Object document) {
        if (!(document instanceof Map<?, ?> map)
                || !(map.get("schema") instanceof Long schema)
                || schema != SCHEMA) {
            throw new IllegalArgumentException("it is of another form");
        }
        Version.Origin origin =
                new Version.Origin(
                        text(map, "file"), text(map, "by"), text(map, "node"), number(map, "at"));
        Version version =
                new Version(number(map, "number"), text(map, "hash"), text(map, "text"), origin);
        return new Kept(version, text(map, "fileDigest"));
    }

    private static String text(Map<?, ?> map, String key) {
        if (map.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("it is without " + key);
    }

    private static long number(Map<?, ?> map, String key) {
        if (map.get(key) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("it is without " + key);
    }

    /** Writes a version that may be taken in; it is on the disk when this returns. */
    void prepare(Kept kept) throws IOException {
        Files.createDirectories(folder, OWNERS_FOLDER);
        Path pending = folder.resolve(PENDING);
        Files.deleteIfExists(pending);
        try (FileChannel out =
                FileChannel.open(
                        pending,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        OWNER_ONLY)) {
            ByteBuffer bytes = ByteBuffer.wrap(document(kept).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(pending);
            throw e;
        }
    }

    private static String document(Kept kept) {
        Version version = kept.version();
        return Json.of(
                        Answer.ordered(
                                "schema", SCHEMA,
                                "number", version.number(),
                                "hash", version.hash(),
                                "file", version.origin().file(),
                                "by", version.origin().by(),
                                "node", version.origin().node(),
                                "at", version.origin().atMillis(),
                                "fileDigest", kept.fileDigest(),
                                "text", version.text()))
                + "\n";
    }

    /** What was prepared counts from now on, also after a crash. Older ones may go. */
    void commit(long number) throws IOException {
        Path file = folder.resolve(number + ".json");
        Files.move(folder.resolve(PENDING), file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        } catch (IOException e) {
            remove(file); // or it would count after a restart
            throw e;
        }
        for (long old : numbers().stream().skip(KEPT_MAX).toList()) {
            remove(folder.resolve(old + ".json"));
        }
    }

    /** What was prepared is not needed. */
    void drop() {
        remove(folder.resolve(PENDING));
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} stays: {}", file, e.getMessage());
        }
    }
}
