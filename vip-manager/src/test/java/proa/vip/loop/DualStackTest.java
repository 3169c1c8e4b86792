package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;
import proa.vip.lab.Watch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Three real vipds whose group has an IPv4 and an IPv6 address: both move together. */
@RequiresNetns
final class DualStackTest {

    /** Three times the 150 ms that no kill may cost: the machine may be busy, not broken. */
    private static final long CRASH_GAP_MICROS = 450_000;

    private static final long LOSS_GAP_MICROS = 1_500_000;

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    /** When a new owner announces its addresses, in its first second. */
    private static final List<Long> SCHEDULE_MILLIS = List.of(0L, 10L, 100L, 300L, 1_000L);

    /** When it does so once more, which a test that comes late hears, too. */
    private static final long ONCE_MORE_MILLIS = 5_000;

    private static final long EARLY_MILLIS = 5;

    /** The machine may be busy. */
    private static final long LATE_MILLIS = 80;

    /** As many tell what all look like. */
    private static final int ADVERTS_MIN = 5;

    private static final Pattern ADVERT =
            Pattern.compile("ttl 255, .*proto VRRP \\(112\\).*\\s+([0-9.]+) > ");

    private static final Pattern ADVERT_6 =
            Pattern.compile("hlim 255, next-header VRRP \\(112\\).*?\\) ([0-9a-f:]+) > ");

    @TempDir private static Path folder;
    private static Trio trio;

    @BeforeAll
    static void start() throws Exception {
        trio = new Trio(folder, Trio.DUAL);
    }

    @AfterAll
    static void stop() throws Exception {
        trio.close();
    }

    @BeforeEach
    void restore() throws Exception {
        trio.restore();
    }

    private interface Deed {
        void to(int owner) throws Exception;
    }

    /** What a watch of the IPv6 address saw. */
    private static Watch.Seen during(String what, Deed deed) throws Exception {
        int before = trio.owner();
        try (Watch watch = trio.watch(Trio.ADDRESS_6)) {
            deed.to(before);
            Trio.await("another owner", () -> trio.owner() != before && trio.owner() != 0);
            Watch.Seen seen = watch.end("IPv6, " + what);
            int after = trio.owner();
            assertThat(after).isNotZero().isNotEqualTo(before);
            assertThat(trio.hasAddress(after, Trio.ADDRESS)).isTrue();
            assertThat(trio.hasAddress(after, Trio.ADDRESS_6)).isTrue();
            assertThat(localRoutes(after))
                    .as("one that does not wait for the kernel's worker")
                    .contains("metric 1024");
            return seen;
        }
    }

    /**
     * The same until nobody answered for less than that; who has the addresses counts each time.
     *
     * @return the longest overlap of all
     */
    private static long during(String what, long gapMicrosMax, Deed deed) throws Exception {
        Watch.Seen seen = during(what, deed);
        long overlapMicros = seen.overlapMicros();
        for (int staged = 1; staged < STAGED_MAX && seen.gapMicros() >= gapMicrosMax; staged++) {
            trio.restore();
            seen = during(what, deed);
            overlapMicros = Math.max(overlapMicros, seen.overlapMicros());
        }
        assertThat(seen.gapMicros()).as(what).isPositive().isLessThan(gapMicrosMax);
        return overlapMicros;
    }

    private static String localRoutes(int host) throws IOException {
        return trio.site()
                .inside(host, "ip", "-6", "route", "show", "table", "local", Trio.ADDRESS_6);
    }

    @Test
    void whenTheOwnersVipdIsKilledAPeerAnswersForBothAddresses() throws Exception {
        int[] owner = {0};
        during(
                "vipd killed",
                CRASH_GAP_MICROS,
                killed -> {
                    owner[0] = killed;
                    trio.vipd(killed).kill();
                });
        assertThat(trio.hasAddress(owner[0], Trio.ADDRESS)).isFalse();
        assertThat(trio.hasAddress(owner[0], Trio.ADDRESS_6)).isFalse();
        assertThat(trio.site().inside(owner[0], "nft", "list", "tables"))
                .doesNotContain("proa_lease");
    }

    /** Both kinds of packets as they are on the wire, before the death and after it. */
    @Test
    void whenTheOwnersNodeIsKilledThePeerAnnouncesBothAddressesOnTime() throws Exception {
        Announced announced = killTheOwnersNode();
        for (int staged = 1; staged < STAGED_MAX && !announced.onTime(); staged++) {
            trio.restore();
            announced = killTheOwnersNode();
        }
        assertThat(announced.gapMicros()).isPositive().isLessThan(CRASH_GAP_MICROS);
        announced.afterMillis().forEach(DualStackTest::assertOnTime);
    }

    /** For how long nobody answered, and when each kind was announced. */
    private record Announced(long gapMicros, List<List<Long>> afterMillis) {
        boolean onTime() {
            return gapMicros < CRASH_GAP_MICROS
                    && afterMillis.stream().allMatch(times -> missed(times).isEmpty());
        }
    }

    private static Announced killTheOwnersNode() throws Exception {
        int owner = trio.owner();
        String[] second = {"ip", "addr", "add", "10.77.0.91/24", "dev", "eth0"};
        trio.site().inside(owner, second);
        String vrrp = "ip proto 112 or ip6 proto 112";
        try (Program adverts = capture(owner % 3 + 1, vrrp);
                Program said = capture(Site.CLIENT, "arp or icmp6")) {
            Trio.await("adverts", () -> sources(adverts, ADVERT).size() >= ADVERTS_MIN);
            Trio.await("IPv6 adverts", () -> sources(adverts, ADVERT_6).size() >= ADVERTS_MIN);
            assertThat(sources(adverts, ADVERT)).as("primary").containsOnly("10.77.0.1" + owner);
            assertThat(sources(adverts, ADVERT_6)).containsOnly("fe80::ff:fe00:" + owner);
            assertThat(adverts.output().replaceAll("(ttl|hlim) 255", ""))
                    .as("nothing with another TTL or hop limit")
                    .doesNotContain("ttl ", "hlim ");
            assertThat(adverts.output()).as("own MAC addresses").doesNotContain("00:00:5e:00:0");
            Watch.Seen seen = during("node killed", killed -> trio.node(killed).kill());
            int after = trio.owner();
            List<List<Long>> announced = new ArrayList<>();
            for (Pattern kind : List.of(gratuitous(after), unsolicited(after))) {
                Trio.await("a second of announcements", () -> lasts(times(said, kind)));
                announced.add(
                        times(said, kind).stream()
                                .filter(at -> at < ONCE_MORE_MILLIS - EARLY_MILLIS)
                                .toList());
                System.out.println("announced after " + announced.getLast() + " ms");
                assertThat(announced.getLast()).hasSizeLessThanOrEqualTo(SCHEDULE_MILLIS.size());
            }
            assertThat(said.output()).doesNotContain("router advertisement");
            return new Announced(seen.gapMicros(), announced);
        } finally {
            second[2] = "del";
            trio.site().inside(owner, second);
        }
    }

    private static Program capture(int host, String filter) throws Exception {
        List<String> command = new ArrayList<>(trio.site().command(host));
        command.addAll(List.of("tcpdump", "-l", "-n", "-tt", "-e", "-v", "-i", "eth0", filter));
        Program capture = new Program(folder.resolve("wire" + System.nanoTime()), command);
        Trio.await("tcpdump", () -> capture.output().contains("listening on"));
        return capture;
    }

    private static List<String> sources(Program capture, Pattern advert) throws IOException {
        return advert.matcher(capture.output()).results().map(each -> each.group(1)).toList();
    }

    /** Of that host; whom it has the address from had announced it, too. */
    private static Pattern gratuitous(int host) {
        return announcement(host, "Request who-has 10.77.0.100 .*tell 10.77.0.100,");
    }

    private static Pattern unsolicited(int host) {
        return announcement(
                host, "hlim 255.* > ff02::1: .*tgt is fd00:77::100, Flags \\[router, override]");
    }

    private static Pattern announcement(int host, String what) {
        return Pattern.compile("(?m)^([0-9.]+) 02:00:00:00:00:0" + host + " > .*" + what);
    }

    /** Milliseconds since the first. */
    private static List<Long> times(Program capture, Pattern kind) throws IOException {
        List<Double> seconds =
                kind.matcher(capture.output())
                        .results()
                        .map(each -> Double.parseDouble(each.group(1)))
                        .toList();
        return seconds.stream()
                .map(each -> Math.round((each - seconds.getFirst()) * 1_000))
                .toList();
    }

    private static boolean lasts(List<Long> times) {
        return !times.isEmpty() && times.getLast() >= SCHEDULE_MILLIS.getLast() - EARLY_MILLIS;
    }

    /** Those that nothing came for in time; one that is late counts for those it has overtaken. */
    private static List<Long> missed(List<Long> times) {
        return SCHEDULE_MILLIS.stream()
                .filter(
                        due ->
                                times.stream()
                                        .noneMatch(
                                                at ->
                                                        at >= due - EARLY_MILLIS
                                                                && at <= due + LATE_MILLIS))
                .toList();
    }

    private static void assertOnTime(List<Long> times) {
        assertThat(missed(times)).as("due, and missed by %s", times).isEmpty();
    }

    @Test
    void whoeverMayOwnTheAddressHasJoinedItsSolicitedNodeGroup() throws Exception {
        String group = "ff02::1:ff00:100";
        for (int host = 1; host <= 3; host++) {
            assertThat(groups(host)).as("host " + host).contains(group);
        }
        assertThat(groups(Site.CLIENT)).as("a host without vipd").doesNotContain(group);
        int standby = trio.owner() % 3 + 1;
        trio.vipd(standby).kill();
        Trio.await("it is left with vipd", () -> !groups(standby).contains(group));
    }

    private static String groups(int host) throws IOException {
        return trio.site().inside(host, "ip", "-6", "maddr", "show", "dev", "eth0");
    }

    @Test
    void whenTheCableIsCutAPeerAnswersOverIpv6() throws Exception {
        during(
                "cable cut",
                LOSS_GAP_MICROS,
                owner -> {
                    trio.site().cable(owner, false);
                    Trio.await("a new owner", () -> ownerBut(owner) != 0);
                    Trio.await("no address", () -> !trio.hasAddress(owner, Trio.ADDRESS_6));
                    trio.site().cable(owner, true);
                });
    }

    @Test
    void aFlushOfAllRulesAndARemovedAddressTakeNothingFromTheOwner() throws Exception {
        trio.undisturbed(STAGED_MAX, this::restore, DualStackTest::flushAndRemove);
    }

    private static void flushAndRemove() throws Exception {
        int owner = trio.owner();
        try (Watch watch = trio.watch(Trio.ADDRESS_6)) {
            trio.site().inside(owner, "nft", "flush", "ruleset");
            assertThat(trio.site().inside(owner, "nft", "list", "table", "ip6", "proa_lease_lab"))
                    .contains("flags owner")
                    .contains("fd00:77::100");
            String listed =
                    trio.site()
                            .inside(owner, "ip", "-6", "-o", "addr", "show", "to", "fd00:77::100");
            String device = listed.split("\\s+")[1];
            String[] removal = {"ip", "-6", "addr", "del", "fd00:77::100/128", "dev", device};
            trio.site().inside(owner, removal);
            Trio.await("the address again", () -> trio.hasAddress(owner, Trio.ADDRESS_6));
            assertThat(watch.stop("IPv6, rules flushed, address removed").line())
                    .contains(" lb" + owner + "=", " owners=1 ");
        }
        trio.awaitLine(owner, "somebody took [/fd00:77:0:0:0:0:0:100] off ");
        assertThat(trio.owner()).isEqualTo(owner);
    }

    @Test
    void aStoppedVipdAnswersNoNeighbourSolicitationAndItsLeaseDropsTheTraffic() throws Exception {
        long overlapMicros =
                during(
                        "vipd stopped",
                        LOSS_GAP_MICROS,
                        stopped -> {
                            trio.vipd(stopped).signal("STOP");
                            Trio.await("a new owner", () -> ownerBut(stopped) != 0);
                            assertThat(trio.hasAddress(stopped, Trio.ADDRESS_6)).isTrue();
                            assertThat(
                                            trio.site()
                                                    .inside(
                                                            stopped,
                                                            "nft",
                                                            "list",
                                                            "table",
                                                            "ip6",
                                                            "proa_lease_lab"))
                                    .containsPattern(
                                            "set accepts \\{[^}]*flags dynamic,timeout\\s*}")
                                    .contains("ip6 daddr @vips ip6 daddr != @accepts");
                            trio.vipd(stopped).signal("CONT");
                            Trio.await(
                                    "the old owner let go",
                                    () -> !trio.hasAddress(stopped, Trio.ADDRESS_6));
                            assertThat(localRoutes(stopped)).isBlank();
                        });
        assertThat(overlapMicros).as("two owners, microseconds").isLessThanOrEqualTo(0);
    }

    private static int ownerBut(int stopped) {
        for (int host = 1; host <= 3; host++) {
            if (host != stopped && trio.status(host).contains("\"state\":\"ACTIVE\"")) {
                return host;
            }
        }
        return 0;
    }

    @Test
    void aPlannedStopMovesBothAddresses() throws Exception {
        during(
                "vipd asked to stop",
                CRASH_GAP_MICROS,
                owner -> {
                    trio.vipd(owner).signal("TERM");
                    assertThat(trio.vipd(owner).await()).isZero();
                });
    }

    @Test
    void aHostThatWantsTheOwnedAddressIsToldThatItIsTaken() throws Exception {
        String[] on = {"ip", "-6", "addr", "add", Trio.ADDRESS_6 + "/64", "dev", "eth0"};
        trio.site().inside(Site.CLIENT, "sh", "-c", accept(1));
        try {
            trio.site().inside(Site.CLIENT, on);
            Trio.await(
                    "duplicate address detection to fail",
                    () ->
                            trio.site()
                                    .inside(Site.CLIENT, "ip", "-6", "addr", "show", "dev", "eth0")
                                    .contains("dadfailed"));
            // Who is refused has asked for it: the owner tells of it, and announces it again.
            int owner = trio.owner();
            Trio.await(
                    "the stranger to be named",
                    () ->
                            trio.vipd(owner)
                                    .output()
                                    .contains(
                                            "ALARM web: 02:00:00:00:00:09 also claims"
                                                    + " fd00:77:0:0:0:0:0:100: announced again"));
            assertThat(trio.status(owner)).containsPattern("\"conflicts\":[1-9]");
            assertThat(trio.status(owner)).contains("\"claimant\":\"02:00:00:00:00:09 also claims");
        } finally {
            on[3] = "del";
            trio.site().inside(Site.CLIENT, on);
            trio.site().inside(Site.CLIENT, "sh", "-c", accept(0));
        }
    }

    /** As a manager of networks does that is told to do without IPv6. */
    @Test
    void anAddressThatCannotBePutBackCostsItsGroupAndNotVipd() throws Exception {
        int owner = trio.owner();
        String listed = trio.site().inside(owner, "ip", "-o", "addr", "show", "to", Trio.ADDRESS);
        String device = listed.split("\\s+")[1];
        trio.site().inside(owner, "sh", "-c", disableSix(device, 1));
        try {
            Trio.await("another owner", () -> trio.owner() != owner && trio.owner() != 0);
            trio.awaitLine(owner, "off " + device + ", and it cannot be put back: ");
            assertThat(trio.vipd(owner).isAlive()).isTrue();
            assertThat(trio.hasAddress(owner, Trio.ADDRESS)).as("the group is whole").isFalse();
        } finally {
            trio.site().inside(owner, "sh", "-c", disableSix(device, 0));
        }
    }

    private static String disableSix(String device, int value) {
        return "echo " + value + " >/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6";
    }

    /**
     * It asks at once, not up to a second later, when an announcement may have told it already; and
     * more than once, should the owner be late.
     */
    private static String accept(int value) {
        return "cd /proc/sys/net/ipv6/conf/eth0 && echo 0 >router_solicitation_delay"
                + (" && echo " + (1 + 4 * value) + " >dad_transmits")
                + (" && echo " + value + " >accept_dad");
    }

    @Test
    void anAddressThatACrashLeftOnTheInterfaceIsRemovedAtTheStart() throws Exception {
        int standby = trio.owner() % 3 + 1;
        trio.vipd(standby).kill();
        trio.site()
                .inside(
                        standby,
                        "ip",
                        "addr",
                        "add",
                        Trio.ADDRESS_6 + "/128",
                        "dev",
                        "eth0",
                        "nodad");
        trio.restore();
        assertThat(trio.hasAddress(standby, Trio.ADDRESS_6)).isFalse();
        trio.awaitLine(standby, "removing fd00:77:0:0:0:0:0:100");
    }
}
