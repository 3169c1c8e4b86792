package proa.node.reload;

import proa.node.admin.Answer;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;
import proa.node.balance.Order;
import proa.node.overrides.ServerOverride;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What operators asked of servers ↔ JSON, for the disk, for other members and for the status. */
final class OverrideText {

    /** A weight stays that is asked for with an order that ends. */
    private static final String NEVER = "never";

    private OverrideText() {}

    /** All of them as one JSON list. */
    static String of(Collection<ServerOverride> overrides) {
        return Json.of(overrides.stream().map(OverrideText::document).toList());
    }

    /** One of them. */
    static Map<String, Object> document(ServerOverride override) {
        Map<String, Object> document =
                Answer.ordered(
                        "backend", override.of().backend(),
                        "server", override.of().server(),
                        "order", override.order());
        override.weight().ifPresent(own -> document.put("weight", own));
        document.put("fileWeight", override.fileWeight());
        document.put("by", override.by());
        document.put("node", override.node());
        document.put("since", override.since().toString());
        override.until().ifPresent(end -> document.put("until", end.toString()));
        if (!override.weightUntil().equals(override.until())) {
            document.put(
                    "weightUntil", override.weightUntil().map(Instant::toString).orElse(NEVER));
        }
        return document;
    }

    /** Tells two texts apart: their length and their CRC-32C. */
    static long digest(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (long) bytes.length << Integer.SIZE | checksum.getValue();
    }

    /**
     * What such a list says.
     *
     * @throws IllegalArgumentException when it is none
     */
    static List<ServerOverride> read(String json) {
        return read(JsonReader.read(json));
    }

    /** Like the other one, of a list that has been read already. */
    static List<ServerOverride> read(Object document) {
        if (!(document instanceof List<?> servers)) {
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
        try {
            Optional<Instant> until = end(fields, "until", Optional.empty());
            return new ServerOverride(
                    new ServerOverride.Name(text(fields, "backend"), text(fields, "server")),
                    Order.valueOf(text(fields, "order")),
                    fields.get("weight") instanceof Long weight
                            ? Optional.of(Math.toIntExact(weight))
                            : Optional.empty(),
                    fields.get("fileWeight") instanceof Long weight ? Math.toIntExact(weight) : 0,
                    text(fields, "by"),
                    fields.get("node") instanceof String node ? node : "",
                    Instant.parse(text(fields, "since")),
                    until,
                    end(fields, "weightUntil", until));
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Optional<Instant> end(
            Map<?, ?> fields, String name, Optional<Instant> otherwise) {
        return switch (fields.get(name)) {
            case String text when text.equals(NEVER) -> Optional.empty();
            case String text -> Optional.of(Instant.parse(text));
            case null, default -> otherwise;
        };
    }

    private static String text(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a server without " + name);
    }
}
