package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.vip.lab.FakeNode;
import proa.vip.lab.Mixed;
import proa.vip.lab.Program;
import proa.vip.lab.RequiresNetns;
import proa.vip.lab.Site;
import proa.vip.lab.Trio;

import java.nio.file.Path;
import java.util.List;

/** A real vipd whose group has IPv6 addresses alone. */
@RequiresNetns
final class SixOnlyTest {

    @TempDir private Path folder;

    @Test
    void theGatewayIsAskedByNeighbourDiscoveryAndAnotherHostReachesTheAddress() throws Exception {
        String group = "vips { main = \"fd00:77::100\" }, track { gateway = \"fd00:77::1\" }";
        try (Mixed mixed = new Mixed(folder, group)) {
            mixed.start();
            Trio.await("an owner", mixed::ours);
            try (Program probe =
                    new Program(
                            mixed.site().command(Mixed.OTHER),
                            folder.resolve("probe.log"),
                            "proa.vip.lab.Probe",
                            List.of("fd00:77::100", "" + FakeNode.PORT, "3000"))) {
                Trio.await("an answer", () -> probe.output().contains("answered\n"));
            }
            assertThat(mixed.site().inside(Mixed.OTHER, "ip", "-6", "neigh", "show"))
                    .containsPattern("fd00:77::100 dev eth0 lladdr 02:00:00:00:00:01");
            assertThat(mixed.status()).contains("\"gateway\":true");
            String[] gateway = {"ip", "addr", "del", "fd00:77::1/64", "dev", "eth0"};
            mixed.site().inside(Site.CLIENT, gateway);
            Trio.await(
                    "the loss of the gateway", () -> mixed.status().contains("\"gateway\":false"));
            gateway[2] = "add";
            mixed.site().inside(Site.CLIENT, gateway);
            Trio.await("the gateway", () -> mixed.status().contains("\"gateway\":true"));
        }
    }
}
