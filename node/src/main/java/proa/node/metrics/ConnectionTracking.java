package proa.node.metrics;

import proa.config.file.KernelFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How full the kernel's table of connections is, and what it has let go for want of room: packets
 * of new connections are dropped then, before any listener sees them. What the kernel does not have
 * has no figure. Any thread.
 */
public final class ConnectionTracking {

    /** Columns of {@code /proc/net/stat/nf_conntrack} that tell of losses. */
    private static final List<String> LOSSES = List.of("drop", "early_drop", "insert_failed");

    private static final int RADIX = 16;

    private final Path proc;

    /**
     * The kernel's figures.
     *
     * @param proc {@code /proc}
     */
    public ConnectionTracking(Path proc) {
        this.proc = proc;
    }

    /** Entries it has. */
    public OptionalLong entries() {
        return number("sys/net/netfilter/nf_conntrack_count");
    }

    /** Entries it may have. */
    public OptionalLong limit() {
        return number("sys/net/netfilter/nf_conntrack_max");
    }

    private OptionalLong number(String file) {
        try {
            return OptionalLong.of(Long.parseLong(KernelFiles.text(proc.resolve(file)).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** What was lost since the host was started, by the kernel's words. */
    public Map<String, Long> losses() {
        try {
            return losses(Files.readAllLines(proc.resolve("net/stat/nf_conntrack")));
        } catch (IOException | IllegalArgumentException _) {
            return Map.of();
        }
    }

    /** A line of names, then one of hexadecimal numbers for each processor. */
    private static Map<String, Long> losses(List<String> lines) {
        Map<String, Long> losses = new LinkedHashMap<>();
        if (lines.isEmpty()) {
            return losses;
        }
        List<String> names = words(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            List<String> numbers = words(line);
            for (String name : LOSSES) {
                int column = names.indexOf(name);
                if (column >= 0 && column < numbers.size()) {
                    losses.merge(
                            name, Long.parseUnsignedLong(numbers.get(column), RADIX), Long::sum);
                }
            }
        }
        return losses;
    }

    private static List<String> words(String line) {
        return Arrays.asList(line.strip().split("\\s+", -1));
    }
}
