package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.util.List;

/** What the Vagrantfile gives its machines, by a program that stands in for Vagrant. */
@RequiresPrograms("ruby")
class VagrantfileTest {

    @Test
    void aBalancerGetsItsOwnKeyAndNobodyTheClusters() throws Exception {
        Files.createDirectories(Built.folder());
        String plan =
                Script.run(
                        "plan",
                        "/usr/bin/env",
                        "PROA_DEB=/out/proa.deb",
                        "PROA_CERTS=/safe",
                        "ruby",
                        Script.path("vagrant/test/plan.rb"),
                        Script.path("vagrant/Vagrantfile"));
        for (String node : List.of("lb1", "lb2", "lb3")) {
            assertThat(plan.lines().filter(line -> line.startsWith(node + " file /safe/")))
                    .containsExactly(
                            node + " file /safe/admin-users /tmp/admin-users",
                            node + " file /safe/ca.pem /tmp/certs/ca.pem",
                            node + " file /safe/%1$s.pem /tmp/certs/%1$s.pem".formatted(node),
                            node + " file /safe/%1$s.key /tmp/certs/%1$s.key".formatted(node));
        }
        assertThat(plan.lines().filter(line -> line.contains(" file /safe")))
                .as("nobody else gets one")
                .hasSize(12);
        assertThat(plan.lines().filter(line -> line.contains(" run provision.sh ")))
                .containsExactly(
                        "lb1 run provision.sh balancer 192.168.56.11",
                        "lb2 run provision.sh balancer 192.168.56.12",
                        "lb3 run provision.sh balancer 192.168.56.13",
                        "web1 run provision.sh server 192.168.56.21",
                        "web2 run provision.sh server 192.168.56.22",
                        "client run provision.sh client 192.168.56.31");
    }
}
