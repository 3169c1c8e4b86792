package proa.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.file.KernelFiles;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** What is read of the kernel's tables, from files as it writes them on little-endian machines. */
class KernelFiguresTest {

    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
    private static final String REST =
            " 00000000:00000000 00:00000000 00000000     0        0 1 1\n";

    private static final InetSocketAddress SERVER = at("10.0.0.1", 8080);
    private static final InetSocketAddress SIX = at("2001:db8::1", 443);

    @TempDir private Path proc;
    private long now;

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private void put(String file, String text) throws IOException {
        Path path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @BeforeEach
    void tables() throws IOException {
        put("sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
        String table =
                HEAD
                        + "   0: 0200000A:8001 0100000A:1F90 01"
                        + REST // 10.0.0.2:32769, open
                        + "   1: 0200000A:8002 0100000A:1F90 06"
                        + REST // waits
                        + "   2: 0300000A:8001 0100000A:1F90 01"
                        + REST // from 10.0.0.3
                        + "   3: 0200000A:0050 0100000A:1F90 01"
                        + REST // not an ephemeral port
                        + "   4: 0200000A:8003 0900000A:1F90 01"
                        + REST // another server
                        + "   5: 00000000:1F90 00000000:0000 0A"
                        + REST // listens
                        + "100000: 0200000A:EE47 0100000A:1F90 01"
                        + REST // 60999
                        + "a line that is none\n";
        put("net/tcp", table);
        put(
                "net/tcp6",
                HEAD
                        + "   0: 0000000000000000FFFF00000200000A:8004 "
                        + "0000000000000000FFFF00000100000A:1F90 01"
                        + REST
                        + "   1: B80D0120000000000000000002000000:8004 "
                        + "B80D0120000000000000000001000000:01BB 01"
                        + REST);
    }

    @Test
    void portsAreCountedByServerAndSource() {
        LocalPorts ports = new LocalPorts(proc, () -> now);
        assertThat(ports.available()).hasValue(28_232);
        assertThat(ports.used(Set.of(SERVER, SIX, at("10.0.0.7", 80))))
                .containsOnlyKeys(SERVER, SIX)
                .containsEntry(
                        SERVER,
                        Map.of(
                                InetAddress.ofLiteral("10.0.0.2"), 4,
                                InetAddress.ofLiteral("10.0.0.3"), 1))
                .containsEntry(SIX, Map.of(InetAddress.ofLiteral("2001:db8::2"), 1));
    }

    @Test
    void tablesAreNotReadAgainForSomeSeconds() throws IOException {
        LocalPorts ports = new LocalPorts(proc, () -> now);
        Set<InetSocketAddress> servers = Set.of(SERVER);
        assertThat(ports.used(servers)).isNotEmpty();
        put("net/tcp", HEAD);
        put("net/tcp6", HEAD);
        now = 4_999_999_999L;
        assertThat(ports.used(servers)).isNotEmpty();
        now++;
        assertThat(ports.used(servers)).isEmpty();
    }

    @Test
    void aTableThatIsTooLongHasNoFigures() throws IOException {
        String line = "   0: 0200000A:8001 0100000A:1F90 01\n";
        put("net/tcp", HEAD + line.repeat(LocalPorts.SOCKETS_MAX + 1));
        LocalPorts ports = new LocalPorts(proc, () -> now);
        assertThat(ports.used(Set.of(SERVER))).isEmpty();
    }

    @Test
    void connectionsThatAreTrackedAndLostAreRead() throws IOException {
        ConnectionTracking tracking = new ConnectionTracking(proc);
        assertThat(tracking.entries()).as("a kernel without it").isEmpty();
        assertThat(tracking.limit()).isEmpty();
        assertThat(tracking.losses()).isEmpty();
        put("sys/net/netfilter/nf_conntrack_count", "12\n");
        put("sys/net/netfilter/nf_conntrack_max", "262144\n");
        put(
                "net/stat/nf_conntrack",
                """
                entries  clashres found new insert insert_failed drop early_drop icmp_error
                0000000c  00000000 0 0 0 00000001 0000000a 00000002 00000000
                0000000c  00000000 0 0 0 00000000 00000006 00000000 00000000
                """);
        assertThat(tracking.entries()).hasValue(12);
        assertThat(tracking.limit()).hasValue(262_144);
        assertThat(tracking.losses())
                .isEqualTo(Map.of("drop", 16L, "early_drop", 2L, "insert_failed", 1L));
    }

    /** Its settings are told to the first read alone. */
    @Test
    void thisKernelsSettingsAreReadWhole() throws IOException {
        Path proc = Path.of("/proc");
        int processes =
                Integer.parseInt(KernelFiles.text(proc.resolve("sys/kernel/pid_max")).strip());
        assertThat(processes).isGreaterThan(300);
        assertThat(new LocalPorts(proc, () -> now).available().orElseThrow()).isGreaterThan(9);
    }

    @Test
    void aKernelWithoutTheseFilesHasNoFigures(@TempDir Path empty) {
        LocalPorts ports = new LocalPorts(empty, () -> now);
        assertThat(ports.available()).isEmpty();
        assertThat(ports.used(Set.of(SERVER))).isEmpty();
    }
}
