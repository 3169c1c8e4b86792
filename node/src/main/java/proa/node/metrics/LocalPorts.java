package proa.node.metrics;

import org.jspecify.annotations.Nullable;

import proa.config.file.KernelFiles;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How many of this host's ephemeral ports connections to servers take up, by server and by the
 * address they come from. A port is used once for each such pair, also by a connection that has
 * ended and waits (TIME_WAIT); when none is left, no connection can be made (EADDRNOTAVAIL). Read
 * from {@code /proc/net/tcp} and {@code tcp6}, whichever process has them. Any thread.
 */
public final class LocalPorts {

    /** Addresses of this host that are told of for a server; those with most ports come first. */
    public static final int SOURCES_MAX = 8;

    /** Sockets looked at; a table that is longer has no figures rather than wrong ones. */
    static final int SOCKETS_MAX = 500_000;

    /** Reading the table of a busy host takes tenths of a second, whoever asks how often. */
    private static final long FRESH_NANOS = 5_000_000_000L;

    private static final int RADIX = 16;

    private final Path proc;
    private final LongSupplier nanos;
    private Map<InetSocketAddress, Map<InetAddress, Integer>> used = Map.of(); // guarded by this
    private Set<InetSocketAddress> asked = Set.of(); // guarded by this
    private long readNanos; // guarded by this

    /**
     * The kernel's figures.
     *
     * @param proc {@code /proc}
     * @param nanos a clock that only grows
     */
    public LocalPorts(Path proc, LongSupplier nanos) {
        this.proc = proc;
        this.nanos = nanos;
    }

    private record Range(int first, int last) {}

    private record Pair(InetAddress source, int port, InetSocketAddress server) {}

    /** How many ephemeral ports there are; empty: the kernel does not say. */
    public OptionalInt available() {
        Range range = range();
        return range == null
                ? OptionalInt.empty()
                : OptionalInt.of(Math.max(0, range.last() - range.first() + 1));
    }

    private @Nullable Range range() {
        try {
            String text = KernelFiles.text(proc.resolve("sys/net/ipv4/ip_local_port_range"));
            String[] ends = text.strip().split("\\s+", -1);
            return new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        } catch (IOException | RuntimeException _) {
            return null;
        }
    }

    /**
     * Ports in use by server and source, at most some seconds old; nothing of what has none.
     *
     * @param servers what is asked for
     */
    public synchronized Map<InetSocketAddress, Map<InetAddress, Integer>> used(
            Set<InetSocketAddress> servers) {
        long now = nanos.getAsLong();
        if (!servers.equals(asked) || now - readNanos >= FRESH_NANOS) {
            used = read(servers);
            asked = Set.copyOf(servers);
            readNanos = now;
        }
        return used;
    }

    private Map<InetSocketAddress, Map<InetAddress, Integer>> read(Set<InetSocketAddress> servers) {
        Range range = range();
        if (range == null || servers.isEmpty()) {
            return Map.of();
        }
        Map<InetSocketAddress, Map<InetAddress, Integer>> counts = new HashMap<>();
        int left = SOCKETS_MAX;
        for (String table : List.of("net/tcp", "net/tcp6")) {
            left = count(proc.resolve(table), range, servers, counts, left);
        }
        return left < 0 ? Map.of() : counts;
    }

    /** Adds those of a table; how many more may be looked at, below 0 when it has too many. */
    private static int count(
            Path table,
            Range range,
            Set<InetSocketAddress> servers,
            Map<InetSocketAddress, Map<InetAddress, Integer>> counts,
            int most) {
        int left = most;
        try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
            String line = lines.readLine();
            for (line = lines.readLine(); line != null && left >= 0; line = lines.readLine()) {
                left--;
                Pair pair = parse(line);
                if (pair != null
                        && pair.port() >= range.first()
                        && pair.port() <= range.last()
                        && servers.contains(pair.server())) {
                    counts.computeIfAbsent(pair.server(), _ -> new HashMap<>())
                            .merge(pair.source(), 1, Integer::sum);
                }
            }
        } catch (IOException _) {
            return left; // a kernel without IPv6 has no tcp6
        }
        return left;
    }

    /** {@code sl: local:port remote:port state …}, all but the first in hexadecimal. */
    private static @Nullable Pair parse(String line) {
        int local = line.indexOf(':') + 2;
        int localPort = line.indexOf(':', local);
        int remote = line.indexOf(' ', local) + 1;
        int remotePort = line.indexOf(':', remote);
        int end = line.indexOf(' ', remote);
        if (local < 2 || localPort < 0 || remote < 1 || remotePort < 0 || end < remotePort) {
            return null;
        }
        try {
            return new Pair(
                    address(line.substring(local, localPort)),
                    Integer.parseInt(line, localPort + 1, remote - 1, RADIX),
                    new InetSocketAddress(
                            address(line.substring(remote, remotePort)),
                            Integer.parseInt(line, remotePort + 1, end, RADIX)));
        } catch (UnknownHostException | IllegalArgumentException _) {
            return null;
        }
    }

    /** Words of 32 bits in this machine's order; an IPv4 address in an IPv6 one is that address. */
    private static InetAddress address(String hex) throws UnknownHostException {
        ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.nativeOrder());
        for (int at = 0; at + 8 <= hex.length(); at += 8) {
            bytes.putInt(Integer.parseUnsignedInt(hex, at, at + 8, RADIX));
        }
        return InetAddress.getByAddress(bytes.array());
    }
}
