package proa.node.support;

import proa.config.text.Redaction;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * Texts for somebody who helps, as one {@code tar.gz} that only its owner may read. Every text goes
 * through {@link Redaction}. Not thread-safe.
 */
public final class Bundle {

    /** Of each text; the rest is cut off. */
    static final int TEXT_CHARACTERS_MAX = 4 << 20;

    private static final int HOST_BYTES_MAX = 256 << 10;
    private static final int PROGRAM_BYTES_MAX = TEXT_CHARACTERS_MAX;
    private static final int PART_BYTES = 8_192;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /** What tells of a machine and holds nobody's secrets. */
    private static final List<String> HOST_FILES =
            List.of(
                    "/etc/os-release",
                    "/proc/version",
                    "/proc/uptime",
                    "/proc/loadavg",
                    "/proc/meminfo",
                    "/proc/cpuinfo",
                    "/proc/pressure/cpu",
                    "/proc/pressure/memory",
                    "/proc/pressure/io",
                    "/proc/net/dev",
                    "/proc/net/route",
                    "/proc/net/arp",
                    "/proc/net/if_inet6",
                    "/proc/net/snmp",
                    "/proc/net/snmp6",
                    "/proc/net/netstat",
                    "/proc/net/sockstat",
                    "/proc/net/softnet_stat",
                    "/proc/sys/fs/file-nr",
                    "/proc/sys/net/core/somaxconn",
                    "/proc/sys/net/ipv4/ip_forward",
                    "/proc/sys/net/ipv4/ip_local_port_range",
                    "/proc/sys/net/ipv4/conf/all/arp_ignore",
                    "/proc/sys/net/ipv4/conf/all/arp_announce",
                    "/proc/sys/net/ipv4/conf/all/rp_filter",
                    "/proc/sys/net/netfilter/nf_conntrack_count",
                    "/proc/sys/net/netfilter/nf_conntrack_max");

    private final Map<String, String> texts = new LinkedHashMap<>();

    /** Nothing yet. */
    public Bundle() {}

    /**
     * Adds a text.
     *
     * @param name of its file
     */
    public void add(String name, String text) {
        texts.put(name, Redaction.of(cut(text)));
    }

    /** Adds a configuration, without its comments. */
    public void addConfiguration(String name, String text) {
        texts.put(name, Redaction.ofConfiguration(cut(text)));
    }

    private static String cut(String text) {
        return text.length() > TEXT_CHARACTERS_MAX ? text.substring(0, TEXT_CHARACTERS_MAX) : text;
    }

    /**
     * Adds what this machine says of itself.
     *
     * @param pid a process whose limits and figures are wanted; 0: none
     */
    public void addHost(long pid) {
        HOST_FILES.forEach(this::addHostFile);
        if (pid > 0) {
            addHostFile("/proc/" + pid + "/limits");
            addHostFile("/proc/" + pid + "/status");
        }
    }

    private void addHostFile(String file) {
        String name = "host" + file;
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            add(name, new String(in.readNBytes(HOST_BYTES_MAX), StandardCharsets.UTF_8));
        } catch (IOException e) {
            add(name, "cannot be read: " + e.getMessage());
        }
    }

    /**
     * Adds what a program prints.
     *
     * @param name of the text's file
     * @param command a program and its arguments; without a shell
     * @param limit how long it may take; what it has printed by then counts
     */
    public void addProgram(String name, List<String> command, Duration limit) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            Thread reader =
                    Thread.ofPlatform()
                            .daemon()
                            .name("support")
                            .start(() -> copy(process.getInputStream(), printed));
            boolean _ = reader.join(limit);
            process.destroyForcibly();
            boolean _ = reader.join(LAST_WORDS); // not longer: a child of it may go on
            add(name, printed.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            add(name, "cannot be run: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            add(name, "interrupted");
        }
    }

    private static void copy(InputStream from, ByteArrayOutputStream to) {
        byte[] part = new byte[PART_BYTES];
        try {
            int count = from.read(part);
            while (count >= 0 && to.size() < PROGRAM_BYTES_MAX) {
                to.write(part, 0, count);
                count = from.read(part);
            }
        } catch (IOException _) {
            // It was ended: what there is counts.
        }
    }

    /** Names of what is in it. */
    public Set<String> names() {
        return Set.copyOf(texts.keySet());
    }

    /**
     * Writes it.
     *
     * @param file that is not there yet
     * @param folder what all names begin with
     * @param seconds since 1970, now
     */
    public void write(Path file, String folder, long seconds) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                file,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")));
                Tar tar =
                        new Tar(
                                new GZIPOutputStream(
                                        new BufferedOutputStream(
                                                Channels.newOutputStream(channel))),
                                seconds)) {
            for (Map.Entry<String, String> text : texts.entrySet()) {
                tar.add(
                        folder + "/" + text.getKey(),
                        text.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
