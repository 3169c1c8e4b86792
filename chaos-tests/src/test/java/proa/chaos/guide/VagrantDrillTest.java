package proa.chaos.guide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import proa.chaos.drill.DrillCommand;
import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.drill.Targets;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.config.text.TargetReader;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The drill of vagrant/README.md is one of the machines that the Vagrantfile makes. */
class VagrantDrillTest {

    private static final Path README = Path.of("vagrant", "README.md");

    @TempDir private Path folder;

    private static String example() {
        return Page.read(README).blocks().stream()
                .filter(
                        block ->
                                block.kind().equals("hocon") && block.text().contains("\nremote {"))
                .map(Page.Block::text)
                .findFirst()
                .orElseThrow();
    }

    private static Targets targets() {
        TargetReader.Outcome outcome = TargetReader.parse(example(), "targets.conf");
        assertThat(outcome).isInstanceOf(TargetReader.Outcome.Ok.class);
        return ((TargetReader.Outcome.Ok) outcome).targets();
    }

    private static ProaConfig machines() throws Exception {
        Outcome outcome =
                ConfigReader.read(Page.HOME.resolve("vagrant/proa.conf"), Optional.empty());
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    @Test
    void theHostsAreThoseOfTheCluster() throws Exception {
        Targets targets = targets();
        ProaConfig machines = machines();
        Map<String, InetAddress> nodes = new HashMap<>();
        machines.cluster()
                .nodes()
                .forEach(node -> nodes.put(node.name(), node.addresses().getFirst()));

        assertThat(targets.lab()).as("nobody depends on them").isTrue();
        assertThat(targets.hosts()).hasSize(nodes.size());
        for (Targets.Host host : targets.hosts()) {
            assertThat(host.address()).as(host.name()).isEqualTo(nodes.get(host.name()));
            assertThat(host.runDirectory())
                    .as("where both are without --run-dir, as the package starts them")
                    .isEqualTo("/run/proa/" + machines.cluster().name() + "/" + host.name());
            assertThat(host.ssh().user()).isEqualTo("vagrant");
            assertThat(host.ssh().sudo()).isTrue();
            assertThat(host.ssh().key())
                    .as("each has a key of its own")
                    .hasValueSatisfying(
                            key ->
                                    assertThat(key)
                                            .startsWith(".vagrant/machines/" + host.name() + "/"));
        }
        assertThat(targets.hosts())
                .extracting(host -> host.ssh().address() + ":" + host.ssh().port())
                .doesNotHaveDuplicates();
    }

    @Test
    void theAddressIsThatOfTheGroupAndAnswersHttpThere() throws Exception {
        Targets targets = targets();
        ProaConfig machines = machines();
        GroupConfig group =
                machines.groups().stream()
                        .filter(each -> each.name().equals(targets.group()))
                        .findFirst()
                        .orElseThrow();

        assertThat(group.vips()).extracting(GroupConfig.Vip::address).contains(targets.address());
        assertThat(machines.frontends())
                .anyMatch(
                        frontend ->
                                frontend.mode() == FrontendConfig.Mode.HTTP
                                        && frontend.bind()
                                                instanceof
                                                FrontendConfig.Bind.Floating(
                                                        var where,
                                                        var _,
                                                        int port)
                                        && where.equals(targets.group())
                                        && port == targets.clients().http());
    }

    @Test
    void theDryRunReachesEachHostAsVagrantDoes() throws Exception {
        Path file = Files.writeString(folder.resolve("targets.conf"), example());
        StringWriter out = new StringWriter();
        int code =
                new CommandLine(new DrillCommand())
                        .setOut(new PrintWriter(out, true))
                        .execute("kill-node", "--remote", file.toString(), "--dry-run");

        assertThat(code).as(out.toString()).isZero();
        for (Targets.Host host : targets().hosts()) {
            assertThat(out.toString())
                    .containsPattern(
                            "  %s: ssh .* -p %d vagrant@127\\.0\\.0\\.1 sudo -n "
                                    .formatted(host.name(), host.ssh().port()))
                    .contains(folder.resolve(host.ssh().key().orElseThrow()).toString());
        }
        assertThat(out.toString()).contains("kill node at owner");
    }
}
