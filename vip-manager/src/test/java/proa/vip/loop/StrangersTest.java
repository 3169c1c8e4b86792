package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Mixed;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.nio.file.Path;

/**
 * Hosts that have the floating address too, say nothing of their own accord and answer who asks:
 * one that was there before vipd took the address, one that comes later, and one with its MAC
 * address.
 */
@RequiresNetns({"setpriv", "prlimit"})
final class StrangersTest {

    private static final int EARLIER = 3;
    private static final int LATER = 2;
    private static final String VIRTUAL = "00:00:5e:00:01:33";

    /** Rare, so that an owner whose machine is busy does not take itself for dead. */
    private static final String RARE = ", vrrp { advert-interval = 1s }";

    @TempDir private Path folder;

    @Test
    void aStrangerThatOnlyAnswersIsNamedAndItsClientsAreWonBack() throws Exception {
        String group = "vips { main = \"10.77.0.100\", six = \"fd00:77::100\" }" + RARE;
        try (Mixed mixed = new Mixed(folder, group)) {
            Site site = mixed.site();
            site.inside(EARLIER, "ip", "addr", "add", "10.77.0.100/32", "dev", "eth0");
            // A switch that sends back what a port sends, announcements among it.
            site.inside(0, "bridge", "link", "set", "dev", "p" + Mixed.OURS, "hairpin", "on");
            mixed.start();
            Trio.await("the address taken all the same", mixed::ours);
            mislead(site, "10.77.0.100", EARLIER);
            Trio.await(
                    "the earlier one named",
                    () -> said(mixed, "ALARM web: 02:00:00:00:00:03 also claims 10.77.0.100:"));
            Trio.await("its client won back", () -> led(site, "10.77.0.100"));
            String six = "fd00:77::100/128";
            site.inside(LATER, "ip", "addr", "add", six, "dev", "eth0", "nodad");
            mislead(site, "fd00:77::100", LATER);
            Trio.await(
                    "the later one named",
                    () ->
                            said(
                                    mixed,
                                    "02:00:00:00:00:02 also claims fd00:77:0:0:0:0:0:100:"
                                            + " announced again"));
            Trio.await("its client won back", () -> led(site, "fd00:77::100"));
            assertThat(mixed.ours()).isTrue();
            assertThat(mixed.vipd().output())
                    .doesNotContain("active →", "02:00:00:00:00:01 also claims");
            assertThat(mixed.status()).doesNotContain("\"conflicts\":0");
        }
    }

    /**
     * One that has the virtual MAC address too, as every router with this VRID that has one; what
     * comes back from a switch is of this host.
     */
    @Test
    void aStrangerWithTheVirtualMacAddressIsNamedAndTheHostItselfIsNot() throws Exception {
        String group = "virtual-mac = true, vips { main = \"10.77.0.100\" }" + RARE;
        try (Mixed mixed = new Mixed(folder, group)) {
            Site site = mixed.site();
            String port = "p" + Mixed.OURS;
            site.inside(0, "bridge", "link", "set", "dev", port, "hairpin", "on");
            mixed.start();
            Trio.await("the address taken", mixed::ours);
            mislead(site, "10.77.0.100", EARLIER);
            Trio.await("it announced again", () -> led(site, "10.77.0.100", VIRTUAL));
            assertThat(mixed.vipd().output()).doesNotContain("also claims");
            site.inside(0, "bridge", "link", "set", "dev", port, "hairpin", "off");
            rival(site);
            Trio.await(
                    "the stranger named",
                    () -> {
                        // Up again, it announces its address; just after us it is taken for us.
                        site.inside(EARLIER, "ip", "link", "set", "rival", "down");
                        site.inside(EARLIER, "ip", "link", "set", "rival", "up");
                        return said(mixed, "ALARM web: " + VIRTUAL + " also claims 10.77.0.100:");
                    });
            assertThat(mixed.ours()).isTrue();
        }
    }

    private static void rival(Site site) throws Exception {
        String add = "ip link add link eth0 name rival address " + VIRTUAL + " type macvlan";
        site.inside(EARLIER, add.split(" "));
        site.inside(EARLIER, "ip", "addr", "add", "10.77.0.100/32", "dev", "rival");
        String notify = "echo 1 >/proc/sys/net/ipv4/conf/rival/arp_notify";
        site.inside(EARLIER, "sh", "-c", notify);
    }

    private static boolean said(Mixed mixed, String line) throws Exception {
        return mixed.vipd().output().contains(line);
    }

    /** As if the stranger had answered the client. */
    private static void mislead(Site site, String address, int host) throws Exception {
        String mac = "02:00:00:00:00:0" + host;
        String[] replace = {
            "ip", "neigh", "replace", address, "lladdr", mac, "dev", "eth0", "nud", "stale"
        };
        site.inside(Site.CLIENT, replace);
    }

    private static boolean led(Site site, String address) throws Exception {
        return led(site, address, "02:00:00:00:00:01");
    }

    private static boolean led(Site site, String address, String mac) throws Exception {
        return site.inside(Site.CLIENT, "ip", "neigh", "show", address).contains("lladdr " + mac);
    }

    @Test
    void withoutTheRightToLockMemoryOrToBeRealTimeItOwnsTheAddressAndSaysWhatItLacks()
            throws Exception {
        try (Mixed mixed = new Mixed(folder, "vips { main = \"10.77.0.100\" }" + RARE)) {
            mixed.start(
                    "prlimit",
                    "--memlock=65536:65536",
                    "--rtprio=0:0",
                    "setpriv",
                    "--bounding-set",
                    "-ipc_lock,-sys_nice",
                    "--inh-caps",
                    "-ipc_lock,-sys_nice");
            Trio.await("an owner", mixed::ours);
            assertThat(mixed.site().inside(Mixed.OURS, "ip", "addr")).contains("10.77.0.100/");
            Trio.await("the first", () -> said(mixed, "memory is not locked (CAP_IPC_LOCK): mlo"));
            Trio.await(
                    "the second", () -> said(mixed, "not scheduled in real time (CAP_SYS_NICE)"));
        }
    }
}
