package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.FakeNode;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Two hundred addresses in twenty groups, all on one host until it dies. That host takes back what
 * another one took before it was up.
 */
@RequiresNetns
final class ManyGroupsTest {

    private static final int GROUPS = 20;
    private static final int EACH = 10;

    /** Three times the 150 ms that no kill may cost, of whichever group waits longest. */
    private static final long CRASH_GAP_MICROS = 450_000;

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    private static final String EACH_HAS_ONE = "answered=" + GROUPS * EACH + " macs=1 double=0";
    private static final Pattern GAPS = Pattern.compile("gapsMicros=\\d+\\.\\.(\\d+)");
    private static final Pattern ACTIVE = Pattern.compile("\"state\":\"ACTIVE\"");

    @TempDir private Path folder;

    private static String name(int group) {
        return "g" + group;
    }

    private static String address(int group, int place) {
        return "10.77.1." + (EACH * group + place + 1);
    }

    private static String group(int group) {
        String vips =
                IntStream.range(0, EACH)
                        .mapToObj(place -> "v" + place + " = \"" + address(group, place) + "\"")
                        .collect(Collectors.joining(", "));
        return name(group)
                + " { vrid = "
                + (group + 1)
                + ", prefer = [lb1, lb2, lb3], failback = at-once, vips { "
                + vips
                + " }, track { gateway = \"10.77.0.1\" } }\n";
    }

    private static Trio trio(Path folder) throws Exception {
        Site site = new Site();
        for (int host : List.of(1, 2, 3, Site.CLIENT)) {
            site.inside(host, "ip", "addr", "add", "10.77.1.24" + host % 9 + "/24", "dev", "eth0");
        }
        String groups =
                IntStream.range(0, GROUPS)
                        .mapToObj(ManyGroupsTest::group)
                        .collect(Collectors.joining());
        String frontends =
                """
                frontends { echo { bind { group = g0, vip = v0, port = 7000 }, mode = tcp, backend = echo } }
                backends { echo { servers = [ { name = e1, address = "10.77.0.200:7000" } ] } }
                """;
        List<String> names = IntStream.range(0, GROUPS).mapToObj(ManyGroupsTest::name).toList();
        return new Trio(folder, groups, frontends, site, names);
    }

    private static long owned(Trio trio, int host) {
        return ACTIVE.matcher(trio.status(host)).results().count();
    }

    @Test
    void twoHundredAddressesInTwentyGroupsMoveTogetherWhenTheirOwnerDies() throws Exception {
        try (Trio trio = trio(folder)) {
            String seen = killTheOwnerOfAll(trio);
            for (int staged = 1; staged < STAGED_MAX && !inTimeAndTogether(seen); staged++) {
                trio.restore();
                seen = killTheOwnerOfAll(trio);
            }
            assertThat(inTimeAndTogether(seen))
                    .as("%s; lb2: %s; lb3: %s", seen, trio.status(2), trio.status(3))
                    .isTrue();
            // Each told its own peers: the third knows the owner of every group.
            Trio.await(
                    "what a standby knows",
                    () ->
                            Pattern.compile("\"owner\":\"lb2\"")
                                            .matcher(trio.status(3))
                                            .results()
                                            .count()
                                    == GROUPS);
        }
    }

    /** A successor that stood still meanwhile has lost some of its groups to the third node. */
    private static boolean inTimeAndTogether(String seen) {
        Matcher gaps = GAPS.matcher(seen);
        return gaps.find()
                && Long.parseLong(gaps.group(1)) < CRASH_GAP_MICROS
                && seen.contains(EACH_HAS_ONE);
    }

    /** What the prober saw, in one line: never is one address answered for twice. */
    private String killTheOwnerOfAll(Trio trio) throws Exception {
        Trio.await("one owner of all", () -> owned(trio, 1) == GROUPS);
        List<String> arguments = new ArrayList<>(List.of("" + FakeNode.PORT, "" + EACH));
        for (int group = 0; group < GROUPS; group++) {
            for (int place = 0; place < EACH; place++) {
                arguments.add(address(group, place));
            }
        }
        try (Program probe =
                new Program(
                        trio.site().ahead(Site.CLIENT),
                        folder.resolve("probe" + System.nanoTime() + ".log"),
                        "proa.vip.lab.GroupsProbe",
                        arguments)) {
            Trio.await("all answer", () -> probe.output().contains("answered\n"));
            trio.vipd(1).kill();
            Trio.await(
                    "one new owner of all", () -> owned(trio, 2) == GROUPS && owned(trio, 3) == 0);
            probe.tell("end");
            Trio.await("the count", () -> probe.output().contains("gapsMicros="));
            String seen = probe.output().lines().toList().getLast();
            System.out.println("vipd killed: " + seen);
            assertThat(seen).contains("answered=" + GROUPS * EACH).endsWith("double=0");
            return seen;
        }
    }
}
