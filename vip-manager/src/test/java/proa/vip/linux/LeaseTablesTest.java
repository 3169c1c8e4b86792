package proa.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.nio.file.Path;
import java.util.List;

/** The lease in the kernel, also in one that lets others remove it. */
@RequiresNetns
final class LeaseTablesTest {

    @TempDir private Path folder;

    @Test
    void tablesThatAForeignHandRemovedAreMadeAgainAllOfThem() throws Exception {
        try (Site site = new Site();
                Program holder =
                        new Program(
                                site.command(1),
                                folder.resolve("log"),
                                "proa.vip.linux.UnguardedLease",
                                List.of("10.77.0.100", "fd00:77::100"))) {
            Trio.await("the tables", () -> holder.output().contains("made, guarded: false"));
            String before = site.inside(1, "nft", "list", "ruleset");
            assertThat(before)
                    .contains("table ip proa_lease_lab")
                    .contains("table arp proa_lease_lab")
                    .contains("table ip6 proa_lease_lab");
            site.inside(1, "nft", "flush", "ruleset");
            Trio.await("the repair", () -> holder.output().contains("made again"));
            Trio.await(
                    "the repair of all",
                    () -> site.inside(1, "nft", "list", "ruleset").equals(before));
            site.inside(1, "nft", "delete", "table", "arp", "proa_lease_lab");
            Trio.await(
                    "the repair of one",
                    () -> site.inside(1, "nft", "list", "ruleset").equals(before));
        }
    }

    /**
     * Each generation of the host's rules lets programs that read them begin anew. Without the
     * device there is no other way.
     */
    @Test
    void aRenewalChangesNoRulesOfTheHostUnlessThereIsNoDevice() throws Exception {
        List<String> addresses = List.of("10.77.0.100", "fd00:77::100", "10.77.0.101");
        String quiet = "Optional.empty";
        String held = "[true, true, true]" + quiet;
        String ended = "[false, false, false]" + quiet;
        try (Site site = new Site();
                Program lessee =
                        new Program(
                                site.command(1),
                                folder.resolve("lessee"),
                                "proa.vip.linux.Lessee",
                                addresses)) {
            awaitLine(lessee, "made" + quiet);
            lessee.tell("0");
            awaitLine(lessee, "0: generations=0 " + ended);
            lessee.tell("1");
            awaitLine(lessee, "1: generations=0 " + held);
            lessee.tell("100");
            awaitLine(lessee, "100: generations=0 " + held);
            lessee.tell("late");
            awaitLine(lessee, "late: generations=0 " + held);
            lessee.tell("withdraw");
            awaitLine(lessee, "withdraw: generations=1 " + ended);
            lessee.tell("3");
            awaitLine(lessee, "3: generations=0 " + held);
            site.inside(1, "ip", "link", "set", "proalease0", "down");
            lessee.tell("late");
            Trio.await(
                    "transactions",
                    () -> lessee.output().contains("late: generations=3 [true, true, true]"));
            assertThat(lessee.output()).contains("proalease0: its packets renew nothing");
            assertThat(site.inside(1, "ip", "link", "show")).doesNotContain("proalease0");
        }
    }

    private static void awaitLine(Program lessee, String line) throws Exception {
        Trio.await(line, () -> lessee.output().lines().anyMatch(line::equals));
    }
}
