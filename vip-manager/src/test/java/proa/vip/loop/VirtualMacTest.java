package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.io.IOException;
import java.nio.file.Path;

/** A group whose address has one MAC address, whoever owns it. */
@RequiresNetns
final class VirtualMacTest {

    private static final String MAC = "00:00:5e:00:01:33";

    @TempDir private Path folder;

    private static String neighbour(Trio trio) throws IOException {
        return trio.site().inside(Site.CLIENT, "ip", "neigh", "show", Trio.ADDRESS);
    }

    /** The port of the switch where the MAC address was seen last. */
    private static boolean behind(Trio trio, int host) throws IOException {
        return trio.site()
                .inside(0, "bridge", "fdb", "show", "br", "br0")
                .lines()
                .anyMatch(line -> line.startsWith(MAC + " dev p" + host + " "));
    }

    private static boolean hasFace(Trio trio, int host) throws IOException {
        return trio.site().inside(host, "ip", "link").contains(MAC);
    }

    @Test
    void hostsRememberOneMacAddressThroughADeathAndAPlannedStopAndOnlyTheSwitchLearns()
            throws Exception {
        String group =
                Trio.PLAIN.replace("failback = never", "failback = never, virtual-mac = true");
        try (Trio trio = new Trio(folder, group);
                Program probe = trio.probe(20_000)) {
            int first = trio.owner();
            Trio.await("the first answer", () -> probe.output().contains("answered\n"));
            assertThat(neighbour(trio)).contains(MAC);
            Trio.await("the switch", () -> behind(trio, first));
            trio.vipd(first).kill();
            Trio.await("a new owner", () -> trio.owner() != first && trio.owner() != 0);
            int second = trio.owner();
            Trio.await("the switch", () -> behind(trio, second));
            assertThat(neighbour(trio)).contains(MAC);
            assertThat(trio.hasAddress(first)).isFalse();
            assertThat(hasFace(trio, first)).as("left by a killed process").isTrue();
            trio.restore();
            trio.vipd(second).signal("TERM");
            assertThat(trio.vipd(second).await()).isZero();
            assertThat(hasFace(trio, second)).as("left by one that stopped").isFalse();
            Trio.await("a third owner", () -> trio.owner() != second && trio.owner() != 0);
            int third = trio.owner();
            Trio.await("the switch", () -> behind(trio, third));
            assertThat(neighbour(trio)).contains(MAC);
        }
    }
}
