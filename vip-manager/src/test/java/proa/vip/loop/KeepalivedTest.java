package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.vip.lab.Keepalived;
import proa.vip.lab.Mixed;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Trio;
import proa.vip.lab.Watch;

import java.nio.file.Path;

/** vipd and Debian's keepalived share a group, each in both roles, over IPv4 and IPv6. */
@RequiresNetns("keepalived")
final class KeepalivedTest {

    private static final String FOUR = "10.77.0.100";
    private static final String SIX = "fd00:77::100";

    @TempDir private Path folder;

    /** Both families; the link-local addresses follow from the hardware addresses of the site. */
    private static String group(String vrrp, String failback) {
        return """
        failback = FAILBACK, vips { main = "10.77.0.100", six = "fd00:77::100" }
        track { gateway = "10.77.0.1" }
        vrrp { VRRP, routers { ka { addresses = ["10.77.0.12", "fe80::ff:fe00:2"] } } }
        """
                .replace("VRRP", vrrp)
                .replace("FAILBACK", failback);
    }

    private static String keepalived(int priority, boolean multicast) {
        return """
        global_defs {
          vrrp_version 3
        }
        vrrp_instance FOUR {
          state BACKUP
          interface eth0
          virtual_router_id 51
          priority PRIORITY
          advert_int 0.1
          UNICAST_4
          virtual_ipaddress {
            10.77.0.100/32
          }
        }
        vrrp_instance SIX {
          state BACKUP
          interface eth0
          virtual_router_id 51
          priority PRIORITY
          advert_int 0.1
          UNICAST_6
          virtual_ipaddress {
            fd00:77::100/128
          }
        }
        """
                .replace("PRIORITY", "" + priority)
                .replace("UNICAST_4", multicast ? "" : unicast("10.77.0.12", "10.77.0.11"))
                .replace(
                        "UNICAST_6",
                        multicast ? "" : unicast("fe80::ff:fe00:2", "fe80::ff:fe00:1"));
    }

    private static String unicast(String own, String peer) {
        return "unicast_src_ip " + own + "\n  unicast_peer {\n    " + peer + "\n  }";
    }

    private static boolean all(Keepalived other) throws Exception {
        return other.has(FOUR) && other.has(SIX);
    }

    private static boolean none(Keepalived other) throws Exception {
        return !other.has(FOUR) && !other.has(SIX);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePreferredVipdTakesOverAndGivesBackWhenItStopsOrDies(boolean multicast)
            throws Exception {
        String vrrp = "multicast = " + multicast + ", checksum = pseudo-header";
        try (Mixed mixed = new Mixed(folder, group(vrrp, "at-once"))) {
            String configuration = keepalived(200, multicast);
            try (Keepalived other =
                    new Keepalived(mixed.site(), Mixed.OTHER, folder, configuration)) {
                Trio.await("keepalived to own both", () -> all(other));
                try (Watch watch = Watch.ofTwo(mixed.site(), folder, FOUR)) {
                    mixed.start();
                    Trio.await("vipd to pre-empt", () -> mixed.ours() && none(other));
                    mixed.vipd().signal("TERM");
                    assertThat(mixed.vipd().await()).isZero();
                    Trio.await("keepalived after a goodbye", () -> all(other));
                    mixed.kill();
                    mixed.start();
                    Trio.await("vipd to pre-empt again", () -> mixed.ours() && none(other));
                    mixed.kill();
                    Trio.await("keepalived after a crash", () -> all(other));
                    watch.stopForeign("with keepalived, vipd preferred, multicast " + multicast);
                }
                assertThat(other.output()).doesNotContain("Invalid VRRPv3 checksum");
            }
        }
    }

    @Test
    void aPreferredKeepalivedTakesOverAndVipdFollowsWhenItStopsOrIsCutOff() throws Exception {
        try (Mixed mixed =
                new Mixed(folder, group("multicast = true, checksum = pseudo-header", "never"))) {
            mixed.start();
            Trio.await("vipd alone", mixed::ours);
            try (Watch watch = Watch.ofTwo(mixed.site(), folder, FOUR)) {
                Keepalived other =
                        new Keepalived(mixed.site(), Mixed.OTHER, folder, keepalived(254, true));
                try (other) {
                    Trio.await("keepalived to pre-empt", () -> all(other) && !mixed.ours());
                    mixed.awaitLine("ka advertises with priority 254");
                    mixed.site().cable(Mixed.OTHER, false);
                    Trio.await("vipd when the other is cut off", mixed::ours);
                    mixed.site().cable(Mixed.OTHER, true);
                    Trio.await("keepalived to come back", () -> !mixed.ours());
                    other.stop();
                    Trio.await("vipd after a goodbye", mixed::ours);
                    watch.stopForeign("with keepalived, keepalived preferred");
                }
            }
        }
    }

    @Test
    void withoutFailbackAPreferredVipdLeavesALesserOwnerAlone() throws Exception {
        try (Mixed mixed =
                        new Mixed(
                                folder,
                                group("multicast = true, checksum = pseudo-header", "never"));
                Keepalived other =
                        new Keepalived(mixed.site(), Mixed.OTHER, folder, keepalived(200, true))) {
            Trio.await("keepalived to own both", () -> all(other));
            mixed.start();
            Trio.await("vipd to know the owner", () -> mixed.status().contains("\"owner\":\"ka\""));
            assertThat(mixed.ours()).isFalse();
            assertThat(all(other)).isTrue();
            other.stop();
            Trio.await("vipd after a goodbye", mixed::ours);
        }
    }

    @Test
    void aKeepalivedOfVersion2IsHeardAndHearsUs() throws Exception {
        String group =
                """
                failback = at-once, vips { main = "10.77.0.100" }, track { gateway = "10.77.0.1" }
                vrrp { multicast = true, version-two = true
                       routers { ka { addresses = ["10.77.0.12"] } } }
                """;
        String configuration =
                """
                global_defs {
                  vrrp_version 2
                }
                vrrp_instance FOUR {
                  state BACKUP
                  interface eth0
                  virtual_router_id 51
                  priority 200
                  advert_int 1
                  virtual_ipaddress {
                    10.77.0.100/32
                  }
                }
                """;
        try (Mixed mixed = new Mixed(folder, group);
                Keepalived other =
                        new Keepalived(mixed.site(), Mixed.OTHER, folder, configuration)) {
            Trio.await("keepalived to own it", () -> other.has(FOUR));
            mixed.start();
            Trio.await("vipd to pre-empt", () -> mixed.ours() && !other.has(FOUR));
            mixed.vipd().signal("TERM");
            assertThat(mixed.vipd().await()).isZero();
            Trio.await("keepalived after a goodbye", () -> other.has(FOUR));
        }
    }
}
