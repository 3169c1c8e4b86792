package proa.node.reload;

import proa.node.admin.Answer;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;
import proa.node.overrides.Registers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Where what operators asked of servers survives a restart: {@code servers.json}. One that was
 * written before nodes told each other has no checksum and can be read; one of today can be read by
 * an older version.
 */
final class OverrideFile {

    private static final String FILE = "servers.json";
    private static final long SCHEMA = 1;
    private static final long BYTES_MAX = 4 << 20;

    private final Path path;

    /**
     * The file in a state directory.
     *
     * @param directory that is there
     */
    OverrideFile(Path directory) {
        path = directory.resolve(FILE);
    }

    /**
     * What it says; nothing when it is not there.
     *
     * @throws StartException when it is damaged: a server in maintenance must not come back unasked
     */
    Registers read() throws StartException {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new IOException("it is larger than " + BYTES_MAX + " bytes");
            }
            return registers(JsonReader.read(Files.readString(path)));
        } catch (NoSuchFileException _) {
            return Registers.EMPTY;
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException(
                    path
                            + " cannot be read ("
                            + e.getMessage()
                            + "); remove it, and every server is as the configuration says",
                    e);
        }
    }

    private static Registers registers(Object document) {
        if (!(document instanceof Map<?, ?> map)
                || !(map.get("servers") instanceof List<?> servers)
                || !(map.get("schema") instanceof Long schema)
                || schema != SCHEMA) {
            throw new IllegalArgumentException("it is of another form");
        }
        if (map.get("checksum") instanceof Long sum
                && sum != OverrideText.digest(Json.of(servers))) {
            throw new IllegalArgumentException("its checksum is another one");
        }
        return Registers.of(OverrideText.read(servers));
    }

    /** All or nothing, and on the disk when this returns. */
    void write(Registers registers) throws IOException {
        String servers = OverrideText.of(registers.all());
        String text =
                Json.of(
                        Answer.ordered(
                                "schema",
                                SCHEMA,
                                "servers",
                                new Json.Raw(servers),
                                "checksum",
                                OverrideText.digest(servers)));
        Path fresh = path.resolveSibling(FILE + ".new");
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent())) {
            directory.force(true);
        }
    }
}
