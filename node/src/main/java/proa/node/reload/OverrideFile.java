package proa.node.reload;

import proa.node.admin.Answer;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;
import proa.node.balance.Order;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where what operators asked of servers survives a restart: {@code servers.json}. */
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
    List<ServerOverride> read() throws StartException {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new IOException("it is larger than " + BYTES_MAX + " bytes");
            }
            return overrides(JsonReader.read(Files.readString(path)));
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new StartException(
                    path
                            + " cannot be read ("
                            + e.getMessage()
                            + "); remove it, and every server is as the configuration says",
                    e);
        }
    }

    private static List<ServerOverride> overrides(Object document) {
        if (!(document instanceof Map<?, ?> map)
                || !(map.get("servers") instanceof List<?> servers)
                || !(map.get("schema") instanceof Long schema)
                || schema != SCHEMA) {
            throw new IllegalArgumentException("it is of another form");
        }
        List<ServerOverride> overrides = new ArrayList<>();
        for (Object server : servers) {
            if (!(server instanceof Map<?, ?> fields)) {
                throw new IllegalArgumentException("it is of another form");
            }
            overrides.add(override(fields));
        }
        return overrides;
    }

    private static ServerOverride override(Map<?, ?> fields) {
        return new ServerOverride(
                text(fields, "backend"),
                text(fields, "server"),
                Order.valueOf(text(fields, "order")),
                fields.get("weight") instanceof Long weight
                        ? Optional.of(weight.intValue())
                        : Optional.empty(),
                fields.get("fileWeight") instanceof Long weight ? weight.intValue() : 0,
                text(fields, "by"),
                Instant.parse(text(fields, "since")),
                fields.get("until") instanceof String until
                        ? Optional.of(Instant.parse(until))
                        : Optional.empty());
    }

    private static String text(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a server without " + name);
    }

    /** All or nothing, and on the disk when this returns. */
    void write(List<ServerOverride> overrides) throws IOException {
        String text =
                Json.of(
                        Answer.ordered(
                                "schema",
                                SCHEMA,
                                "servers",
                                overrides.stream().map(ServerOverride::document).toList()));
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
    }
}
