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

/** The lease on a kernel that lets others remove it. */
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
            assertThat(site.inside(1, "nft", "list", "ruleset")).isEqualTo(before);
            site.inside(1, "nft", "delete", "table", "arp", "proa_lease_lab");
            Trio.await(
                    "the repair of one",
                    () -> site.inside(1, "nft", "list", "ruleset").equals(before));
        }
    }
}
