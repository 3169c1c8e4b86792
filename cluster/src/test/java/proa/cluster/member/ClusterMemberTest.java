package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** Members over real sockets. */
class ClusterMemberTest {

    @Test
    void aClientSticksToTheSameServerOnEveryNode() {
        try (Trio trio = new Trio(3, List.of(Trio.sticky("clients", 1_000)))) {
            trio.startAll();
            trio.get("lb1").table("clients").stick(Trio.key(7), "web2");
            for (String node : List.of("lb2", "lb3")) {
                SharedTable table = trio.get(node).table("clients");
                Trio.await("entry on " + node, () -> "web2".equals(table.server(Trio.key(7))));
            }
            assertThat(trio.get("lb3").view().quorum()).isTrue();
        }
    }

    @Test
    void twoNodesCountTheSameSourceTogether() throws InterruptedException {
        try (Trio trio = new Trio(2, List.of(Trio.counter("requests", Duration.ofMinutes(2))))) {
            trio.startAll();
            Thread first = Thread.startVirtualThread(() -> hit(trio, "lb1"));
            Thread second = Thread.startVirtualThread(() -> hit(trio, "lb2"));
            first.join();
            second.join();
            for (String node : List.of("lb1", "lb2")) {
                SharedTable table = trio.get(node).table("requests");
                Trio.await("2,000 on " + node, () -> table.rate(Trio.key(1)) == 2_000);
            }
        }
    }

    private static void hit(Trio trio, String node) {
        SharedTable table = trio.get(node).table("requests");
        for (int n = 0; n < 1_000; n++) {
            table.hit(Trio.key(1));
        }
    }
}
