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
    private static final String MAC_6 = "00:00:5e:00:02:33";

    @TempDir private Path folder;

    private static String neighbour(Trio trio, String address) throws IOException {
        return trio.site().inside(Site.CLIENT, "ip", "neigh", "show", address);
    }

    /** The port of the switch where the MAC address was seen last. */
    private static boolean behind(Trio trio, String mac, int host) throws IOException {
        return trio.site()
                .inside(0, "bridge", "fdb", "show", "br", "br0")
                .lines()
                .anyMatch(line -> line.startsWith(mac + " dev p" + host + " "));
    }

    private static boolean hasFace(Trio trio, String mac, int host) throws IOException {
        return trio.site().inside(host, "ip", "link").contains(mac);
    }

    @Test
    void hostsRememberOneMacAddressThroughADeathAndAPlannedStopAndOnlyTheSwitchLearns()
            throws Exception {
        moves(Trio.PLAIN, Trio.ADDRESS, MAC);
    }

    @Test
    void neighboursOverIpv6RememberOneToo() throws Exception {
        moves(Trio.DUAL, Trio.ADDRESS_6, MAC_6);
    }

    private void moves(String plain, String address, String mac) throws Exception {
        String group = plain.replace("failback = never", "failback = never, virtual-mac = true");
        try (Trio trio = new Trio(folder, group);
                Program probe = trio.probe(address, 300_000)) {
            int first = trio.owner();
            Trio.await("the first answer", () -> probe.output().contains("answered\n"));
            assertThat(neighbour(trio, address)).contains(mac);
            assertThat(trio.site().inside(first, "ip", "-6", "addr"))
                    .as("an address made of the virtual router's MAC address")
                    .doesNotContain(":5eff:fe00:");
            Trio.await("the switch", () -> behind(trio, mac, first));
            trio.vipd(first).kill();
            Trio.await("a new owner", () -> trio.owner() != first && trio.owner() != 0);
            int second = trio.owner();
            Trio.await("the switch", () -> behind(trio, mac, second));
            assertThat(neighbour(trio, address)).contains(mac);
            assertThat(trio.hasAddress(first, address)).isFalse();
            assertThat(hasFace(trio, mac, first)).as("left by a killed process").isTrue();
            trio.restore();
            assertThat(behind(trio, mac, second)).as("who starts says nothing").isTrue();
            trio.vipd(second).signal("TERM");
            assertThat(trio.vipd(second).await()).isZero();
            assertThat(hasFace(trio, mac, second)).as("left by one that stopped").isFalse();
            Trio.await("a third owner", () -> trio.owner() != second && trio.owner() != 0);
            int third = trio.owner();
            Trio.await("the switch", () -> behind(trio, mac, third));
            assertThat(neighbour(trio, address)).contains(mac);
        }
    }
}
