package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Frr;
import proa.vip.lab.Mixed;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Trio;
import proa.vip.lab.Watch;

import java.nio.file.Path;

/** vipd and the VRRP router of FRR share a group, each in both roles, over IPv4 and IPv6. */
@RequiresNetns("vtysh")
final class FrrTest {

    @TempDir private Path folder;

    private static String group(String failback) {
        return """
        failback = FAILBACK, vips { main = "10.77.0.100", six = "fd00:77::100" }
        track { gateway = "10.77.0.1" }
        vrrp {
          multicast = true, checksum = pseudo-header
          routers { frr { addresses = ["10.77.0.12", "fe80::51:2"] } }
        }
        """
                .replace("FAILBACK", failback);
    }

    @Test
    void thePreferredVipdTakesOverAndGivesBackWhenItStopsOrDies() throws Exception {
        try (Mixed mixed = new Mixed(folder, group("at-once"));
                Frr frr = new Frr(mixed.site(), Mixed.OTHER, folder, 200)) {
            Trio.await("FRR to own both", frr::owns);
            try (Watch watch = Watch.ofTwo(mixed.site(), folder, Trio.ADDRESS)) {
                mixed.start();
                Trio.await("vipd to pre-empt", () -> mixed.ours() && frr.standsBy());
                mixed.vipd().signal("TERM");
                assertThat(mixed.vipd().await()).isZero();
                Trio.await("FRR after a goodbye", frr::owns);
                mixed.kill();
                mixed.start();
                Trio.await("vipd to pre-empt again", () -> mixed.ours() && frr.standsBy());
                mixed.kill();
                Trio.await("FRR after a crash", frr::owns);
                watch.stopForeign("with FRR, vipd preferred");
            }
        }
    }

    @Test
    void aPreferredFrrTakesOverAndVipdFollowsWhenItStopsOrDies() throws Exception {
        try (Mixed mixed = new Mixed(folder, group("never"))) {
            mixed.start();
            Trio.await("vipd alone", mixed::ours);
            try (Watch watch = Watch.ofTwo(mixed.site(), folder, Trio.ADDRESS)) {
                try (Frr frr = new Frr(mixed.site(), Mixed.OTHER, folder, 254)) {
                    Trio.await("FRR to pre-empt", () -> frr.owns() && !mixed.ours());
                    mixed.awaitLine("frr advertises with priority 254");
                    // Killed, it leaves the address where it was.
                    watch.stopForeign("with FRR, FRR preferred");
                    frr.stop();
                    Trio.await("vipd when FRR is gone", mixed::ours);
                    frr.restart();
                    Trio.await("FRR to pre-empt again", () -> frr.owns() && !mixed.ours());
                    frr.kill();
                    Trio.await("vipd after a crash", mixed::ours);
                }
            }
        }
    }
}
