package proa.chaos.bench.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Machine;
import proa.chaos.lab.RequiresNetns;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Real nodes, whose checks say which servers the kernels forward to. */
@RequiresNetns
class L4LabTest {

    private static final Duration VERDICT_MAX = Duration.ofMinutes(1);
    private static final String SERVER = "server nat/behind ";

    /**
     * The server routes by the owner, for clients; the standby asks it from its own address on the
     * servers' network, and is answered there.
     */
    @Test
    void aStandbyKnowsByItsOwnChecksWhetherAServerThatRoutesByTheOwnerLives(@TempDir Path folder)
            throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        assumeTrue(
                required || Files.isExecutable(Path.of("/usr/sbin/haproxy")),
                "haproxy is not installed");
        try (L4Lab lab = L4Lab.open(folder)) {
            Machine standby = lab.standby();
            Await.until(
                    VERDICT_MAX,
                    () -> "the server lives:\n" + standby.node().lastLines(10),
                    () -> !isLast("DOWN", standby.node().printed()));
            assertThat(served(lab)).isEqualTo("HTTP/1.1 200 OK");
            lab.stopRouted();
            awaitVerdict(standby, "DOWN");
            awaitTables(lab, false);
            lab.startRouted();
            awaitVerdict(standby, "UP");
            awaitTables(lab, true);
            lab.killOwner();
            assertThat(table(standby)).as("of the new owner").contains("10.78.0.21");
            assertThat(served(lab)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    /**
     * Waits for the last verdict: before a takeover a standby's table follows the owner's, after it
     * its own node's, which may come later.
     */
    private static void awaitVerdict(Machine standby, String verdict) {
        Await.until(
                VERDICT_MAX,
                () -> "the standby's verdict " + verdict + ":\n" + standby.node().lastLines(10),
                () -> isLast(verdict, standby.node().printed()));
    }

    private static boolean isLast(String verdict, String printed) {
        int last = printed.lastIndexOf(SERVER);
        return last >= 0 && printed.startsWith(verdict, last + SERVER.length());
    }

    private static void awaitTables(L4Lab lab, boolean there) {
        for (Machine machine : lab.machines()) {
            Await.until(
                    VERDICT_MAX,
                    () -> "the table of " + machine + ": " + table(machine),
                    () -> table(machine).contains("10.78.0.21") == there);
        }
    }

    private static String table(Machine machine) {
        if (machine.place() instanceof Host host) {
            // Begins anew with each renewal of a lease: it must not have to wait for a processor.
            return host.run(
                    "nice", "-n", "-20", "nft", "list", "map", "ip", "proa_forward_l4", "f_nat");
        }
        throw new LabException(machine + " is on no host of the lab");
    }

    private static String served(L4Lab lab) {
        String asked =
                "exec 3<>/dev/tcp/%s/%d; printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' >&3; head -1 <&3"
                        .formatted(L4Lab.VIP, Way.NAT.port());
        return lab.client(List.of("timeout", "60", "bash", "-c", asked)).strip();
    }
}
