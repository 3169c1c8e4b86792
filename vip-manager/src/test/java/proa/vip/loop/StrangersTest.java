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
 * one that was there before vipd took the address, and one that comes later.
 */
@RequiresNetns({"setpriv", "prlimit"})
final class StrangersTest {

    private static final int EARLIER = 3;
    private static final int LATER = 2;

    @TempDir private Path folder;

    @Test
    void aStrangerThatOnlyAnswersIsNamedAndItsClientsAreWonBack() throws Exception {
        String group = "vips { main = \"10.77.0.100\", six = \"fd00:77::100\" }";
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
        return site.inside(Site.CLIENT, "ip", "neigh", "show", address)
                .contains("lladdr 02:00:00:00:00:01");
    }

    @Test
    void withoutTheRightToLockMemoryOrToBeRealTimeItOwnsTheAddressAndSaysWhatItLacks()
            throws Exception {
        try (Mixed mixed = new Mixed(folder, "vips { main = \"10.77.0.100\" }")) {
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
