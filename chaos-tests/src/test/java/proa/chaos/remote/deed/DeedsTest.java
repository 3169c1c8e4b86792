package proa.chaos.remote.deed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Targets;
import proa.config.drill.Where;
import proa.config.text.DrillReader;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Faults as commands, what undoes them, and what is refused. */
class DeedsTest {

    private static final Targets TARGETS = Hosts.trio();

    /** lb2 owns the address. */
    private static final Parts PARTS =
            new Parts() {
                @Override
                public String machine(Where where) {
                    return where == Where.OWNER ? "lb2" : where.text();
                }

                @Override
                public Set<String> hosts(Set<Where> places) {
                    Set<String> hosts = new HashSet<>();
                    for (Where place : places) {
                        hosts.addAll(
                                place == Where.OTHERS
                                        ? List.of("lb1", "lb3")
                                        : List.of(machine(place)));
                    }
                    return hosts;
                }
            };

    private static List<Deed> of(Fault fault) {
        return Deeds.of(fault, PARTS, TARGETS, "id");
    }

    private static Deed only(Fault fault) {
        List<Deed> deeds = of(fault);
        assertThat(deeds).hasSize(1);
        return deeds.getFirst();
    }

    @Test
    void aKillFindsEveryProcessBeforeItKillsAny() {
        Deed deed = only(new Fault.Kill(Fault.Part.BOTH, Where.OWNER));

        assertThat(deed.host()).isEqualTo("lb2");
        assertThat(deed.what()).isEqualTo("kill both at owner");
        assertThat(deed.commit())
                .isEqualTo(
                        """
                        pids=
                        for unit in proa-vipd.service proa-node.service; do
                          pid=$(systemctl show --property=MainPID --value "$unit")
                          [ "${pid:-0}" -gt 1 ] || { echo "$unit does not run" >&2; exit 1; }
                          pids="$pids $pid"
                        done
                        kill -KILL $pids
                        """);
        assertThat(deed.undo())
                .as("no crash that would make the host a standby")
                .startsWith("rm -f /run/proa-crashes\n")
                .endsWith("systemctl start proa-vipd.service proa-node.service\n");
    }

    @Test
    void aHangIsResumedAndStartedIfAWatchdogHasKilledIt() {
        Deed deed = only(new Fault.Hang(Fault.Part.NODE, Where.OWNER));

        assertThat(deed.commit()).contains("kill -STOP $pids");
        assertThat(deed.undo())
                .contains("kill -CONT \"$pid\" || true")
                .endsWith("systemctl start proa-node.service\n");
    }

    @Test
    void aCableKeepsWhatTheKernelForgetsAndComesBackAtOnce() {
        Deed deed = only(new Fault.Isolate(Fault.Cut.CABLE, Where.OWNER));

        assertThat(deed.slackSeconds()).isEqualTo(1);
        assertThat(deed.commit())
                .contains("for family in 4 6", "ip -$family route show table all dev eth1")
                .contains(
                        "ip -$family route save table \"$table\" dev eth1"
                                + " >\"/run/proa-drill/lb2/id.routes$family.$table\"")
                .contains("keep_addr_on_down")
                .contains("setsid sh -c 'sleep 0.2; ip link set dev eth1 down; rm -f /run/");
        assertThat(deed.undo())
                .containsSubsequence(
                        "while [ -e /run/proa-drill/lb2/id.pending ]", "ip link set dev eth1 up\n")
                .contains("for file in /run/proa-drill/lb2/id.routes4.*", "ip -4 route restore <")
                .contains("for file in /run/proa-drill/lb2/id.routes6.*", "ip -6 route restore <");
    }

    @Test
    void aOneWayCutLetsTheDrillsOwnSshPass() {
        String sending = only(new Fault.Isolate(Fault.Cut.SENDING, Where.OWNER)).commit();
        String receiving = only(new Fault.Isolate(Fault.Cut.RECEIVING, Where.OWNER)).commit();
        Deed pruned = only(new Fault.Isolate(Fault.Cut.PRUNED, Where.OWNER));

        assertThat(sending)
                .contains("hook egress device \"eth1\"", "$family daddr $1 tcp sport $4 accept")
                .doesNotContain("ingress");
        assertThat(receiving)
                .contains("hook ingress device \"eth1\"", "$family saddr $1 tcp dport $4 accept")
                .doesNotContain("egress");
        assertThat(pruned.commit()).contains("hook ingress", "hook egress");
        assertThat(pruned.undo()).contains("nft delete table netdev proa_drill_id\n");
    }

    @Test
    void aPartitionIsRefusedByBothSides() {
        List<Deed> deeds =
                of(new Fault.Partition(Set.of(Where.OWNER), Set.of(Where.OTHERS, Where.OWNER)));

        assertThat(deeds).extracting(Deed::host).containsExactly("lb1", "lb2", "lb3");
        assertThat(deeds).extracting(Deed::id).doesNotHaveDuplicates();
        assertThat(deeds.getFirst().commit())
                .contains("ip saddr { 10.0.0.12 } drop", "arp saddr ip { 10.0.0.12 } drop");
        assertThat(deeds.get(1).commit()).contains("ip saddr { 10.0.0.11, 10.0.0.13 } drop");
    }

    @Test
    void aLossIsAPartOfThat() {
        List<Deed> all =
                of(
                        new Fault.Loss(
                                20, Fault.Traffic.SYNC, Set.of(Where.OWNER), Set.of(Where.OTHERS)));

        assertThat(all).hasSize(3);
        assertThat(all.getFirst().commit())
                .contains("ip saddr { 10.0.0.12 } ip protocol tcp numgen random mod 100 < 20 drop")
                .doesNotContain("arp saddr ip {");
    }

    @Test
    void whatIsPlannedIsTheProductsOwnCommand() {
        assertThat(only(new Fault.Drain(Where.OWNER)))
                .satisfies(
                        deed -> {
                            assertThat(deed.commit())
                                    .isEqualTo("proa drain lb2 --run-dir=/run/proa\n");
                            assertThat(deed.undo())
                                    .isEqualTo("proa ready lb2 --run-dir=/run/proa\n");
                        });
        Deed move = only(new Fault.Move(Where.LB3));
        assertThat(move.host()).isEqualTo("lb2");
        assertThat(move.commit()).isEqualTo("proa move web lb3 --run-dir=/run/proa\n");
        assertThat(move.stays()).isFalse();
        assertThat(only(new Fault.Stop(Where.LB1)).commit())
                .isEqualTo("systemctl stop --no-block proa-node.service\n");
        assertThat(only(new Fault.Upgrade(Where.LB1)).undo())
                .contains("until proa ready lb1 --run-dir=/run/proa; do");
    }

    private static DrillPlan plan(String fault) {
        String text = "schema = 1\ndrill { steps = [ { faults = [ { " + fault + " } ] } ] }\n";
        return ((DrillReader.Outcome.Ok) DrillReader.parse(text, "own.conf", "own")).plan();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "steal = address",
                "flush = rules",
                "servers = down, names = web1",
                "delay = owner, from = others",
                "clock = ahead",
                "fill = disk",
                "exhaust = memory",
                "starve = processors",
                "narrow = 10",
                "stick = loop",
                "configure = nodes",
                "expire = certificate",
                "partition = owner, from = clients",
                "lose = servers, from = nodes"
            })
    void whatSshCannotDoIsRefused(String fault) {
        assertThat(Deeds.refusal(plan(fault), TARGETS))
                .get()
                .asString()
                .contains("cannot be done from outside: it ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kill = node",
                "hang = both",
                "stop = node",
                "drain = owner",
                "move = standby",
                "upgrade = lb1",
                "cut = sending",
                "partition = owner, from = others",
                "lose = owner, from = others",
                "storm = 100"
            })
    void everythingElseIsNot(String fault) {
        assertThat(Deeds.refusal(plan(fault), TARGETS)).isEmpty();
    }

    @Test
    void sshAsksNobodyAndTrustsOnlyKnownHostKeys() {
        Ssh ssh = new Ssh(TARGETS.host("lb1"), Path.of("/etc/drill"), Path.of("/tmp/lb1.ssh"));

        assertThat(ssh.script())
                .startsWith("ssh", "-F", "none")
                .contains(
                        "BatchMode=yes",
                        "StrictHostKeyChecking=yes",
                        "UserKnownHostsFile=\"/etc/drill/known_hosts\"",
                        "GlobalKnownHostsFile=/dev/null",
                        "PreferredAuthentications=publickey",
                        "/etc/drill/drill.key")
                .endsWith("22", "root@10.0.0.11", "sh -s");
        assertThat(ssh.connection(Path.of("/tmp/lb1")))
                .contains("-N", "ControlMaster=yes", "/tmp/lb1/node.sock:/run/proa/node.sock")
                .endsWith("root@10.0.0.11");
    }

    /** Not reached through its network, so nothing has to pass. */
    @Test
    void aContainerIsCutOffWholly() {
        Deed deed =
                Deeds.of(
                                new Fault.Isolate(Fault.Cut.PRUNED, Where.OWNER),
                                PARTS,
                                Hosts.containers(),
                                "id")
                        .getFirst();

        assertThat(deed.commit())
                .contains("hook ingress device \"eth0\"", "hook egress device \"eth0\"", "drop")
                .doesNotContain("SSH_CONNECTION", "accept\n");
    }

    @Test
    void whatAContainersFirstProcessStartsAgainCannotBeStopped() {
        DrillPlan stop = plan("stop = node");

        assertThat(Deeds.refusal(stop, Hosts.containers()).orElseThrow())
                .startsWith(
                        "`" + stop.faults().getFirst().text() + "` cannot be done in a container");
        assertThat(Deeds.refusal(stop, TARGETS)).isEmpty();
        assertThat(Docker.script("shop-lb1")).containsSubsequence("docker", "exec", "shop-lb1");
    }
}
