package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.Timing;
import proa.config.tls.ClusterAuthority.Issued;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Certificates and their authority are replaced under two members that go on. */
class RotationTest {

    @TempDir private Path folder;

    /**
     * The steps an operator takes: both authorities trusted everywhere, new certificates, the old
     * authority gone. The third member knows the new authority alone, on both sides. What is
     * written wrongly at last changes nothing.
     */
    @Test
    void anAuthorityIsReplacedAndNoLinkIsLost() throws Exception {
        Issued old = RenewedMember.authority();
        Issued next = RenewedMember.authority();
        Map<String, RenewedMember> files =
                Map.of(
                        "lb1", new RenewedMember(folder, "lb1", old),
                        "lb2", new RenewedMember(folder, "lb2", old));
        try (Trio trio = new Trio(Timing.LAN, 3, List.of(Trio.sticky("s", 100)))) {
            Queue<List<String>> views = new ConcurrentLinkedQueue<>();
            for (String node : List.of("lb1", "lb2")) {
                trio.keep(node, trio.startWith(node, files.get(node).identity().context()));
            }
            trio.awaitTogether(2);
            trio.get("lb1").onView(view -> views.add(view.members()));
            for (RenewedMember each : files.values()) {
                assertThat(each.renew(old, old, next)).hasSize(1);
            }
            for (RenewedMember each : files.values()) {
                assertThat(each.renew(next, old, next)).hasSize(1);
            }
            for (RenewedMember each : files.values()) {
                assertThat(each.renew(next, next)).hasSize(1);
            }

            assertThat(files.get("lb1").breakKey())
                    .singleElement()
                    .satisfies(line -> assertThat(line.text()).contains("stays as it is"));

            RenewedMember late = new RenewedMember(folder, "lb3", next);
            trio.keep("lb3", trio.startWith("lb3", late.identity().context()));
            trio.awaitTogether(3);
            assertThat(views)
                    .as("lb1 and lb2 had each other in sight all along")
                    .isNotEmpty()
                    .allSatisfy(view -> assertThat(view).contains("lb1", "lb2"));
        }
    }
}
