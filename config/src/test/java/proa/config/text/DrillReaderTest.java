package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.drill.Budget;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Soak;
import proa.config.drill.Step;
import proa.config.drill.Where;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** Drills as text: what is read, and what is wrong at which line. */
class DrillReaderTest {

    private static DrillPlan plan(String text) {
        DrillReader.Outcome outcome = DrillReader.parse(text, "own.conf", "own");
        assertThat(outcome).as(text).isInstanceOf(DrillReader.Outcome.Ok.class);
        return ((DrillReader.Outcome.Ok) outcome).plan();
    }

    private static List<String> violations(String text) {
        DrillReader.Outcome outcome = DrillReader.parse(text, "own.conf", "own");
        assertThat(outcome).as(text).isInstanceOf(DrillReader.Outcome.Refused.class);
        return ((DrillReader.Outcome.Refused) outcome)
                .violations().stream().map(Violation::toString).toList();
    }

    private static String one(String fault) {
        return "schema = 1\ndrill {\n  steps = [\n    { faults = [ { " + fault + " } ] }\n  ]\n}\n";
    }

    private static Fault fault(String text) {
        return plan(one(text)).steps().getFirst().faults().getFirst();
    }

    @Test
    void everyFaultIsRead() {
        assertThat(fault("kill = node")).isEqualTo(new Fault.Kill(Fault.Part.NODE, Where.OWNER));
        assertThat(fault("hang = both, at = lb2"))
                .isEqualTo(new Fault.Hang(Fault.Part.BOTH, Where.LB2));
        assertThat(fault("stop = node, at = standby")).isEqualTo(new Fault.Stop(Where.STANDBY));
        assertThat(fault("drain = owner")).isEqualTo(new Fault.Drain(Where.OWNER));
        assertThat(fault("move = standby")).isEqualTo(new Fault.Move(Where.STANDBY));
        assertThat(fault("cut = pruned"))
                .isEqualTo(new Fault.Isolate(Fault.Cut.PRUNED, Where.OWNER));
        assertThat(fault("partition = owner, from = [others, clients]"))
                .isEqualTo(
                        new Fault.Partition(
                                Set.of(Where.OWNER), Set.of(Where.OTHERS, Where.CLIENTS)));
        assertThat(fault("lose = [nodes], from = servers, percent = 35"))
                .isEqualTo(
                        new Fault.Loss(
                                35, Fault.Traffic.ALL, Set.of(Where.NODES), Set.of(Where.SERVERS)));
        assertThat(fault("steal = address")).isEqualTo(new Fault.Thief());
        assertThat(fault("flush = rules, at = lb1")).isEqualTo(new Fault.Flush(Where.LB1));
        assertThat(fault("servers = flap, names = [web1, web3]"))
                .isEqualTo(new Fault.Servers(Fault.Trouble.FLAP, List.of("web1", "web3")));
    }

    @Test
    void faultsOfTheWireAndOfProcessesAreRead() {
        assertThat(fault("lose = nodes, from = nodes, only = sync"))
                .isEqualTo(
                        new Fault.Loss(
                                20, Fault.Traffic.SYNC, Set.of(Where.NODES), Set.of(Where.NODES)));
        assertThat(
                        fault(
                                "delay = nodes, from = [nodes, clients], by = 200ms, jitter = 50ms,"
                                        + " duplicate = 3, reorder = 4, only = sync"))
                .isEqualTo(
                        new Fault.Delay(
                                Duration.ofMillis(200),
                                Duration.ofMillis(50),
                                3,
                                4,
                                Fault.Traffic.SYNC,
                                Set.of(Where.NODES),
                                Set.of(Where.NODES, Where.CLIENTS)));
        assertThat(fault("delay = owner, from = servers"))
                .isEqualTo(
                        new Fault.Delay(
                                Duration.ofMillis(100),
                                Duration.ZERO,
                                0,
                                0,
                                Fault.Traffic.ALL,
                                Set.of(Where.OWNER),
                                Set.of(Where.SERVERS)));
        assertThat(fault("clock = ahead"))
                .isEqualTo(new Fault.Clock(Duration.ofHours(1), Where.OWNER));
        assertThat(fault("clock = behind, by = 90s, at = standby"))
                .isEqualTo(new Fault.Clock(Duration.ofSeconds(-90), Where.STANDBY));
        assertThat(fault("fill = disk")).isEqualTo(new Fault.Fill(Where.OWNER));
        assertThat(fault("exhaust = descriptors, at = lb2"))
                .isEqualTo(new Fault.Exhaust(Fault.Resource.DESCRIPTORS, Where.LB2));
        assertThat(fault("exhaust = memory"))
                .isEqualTo(new Fault.Exhaust(Fault.Resource.MEMORY, Where.OWNER));
        assertThat(fault("starve = processors, at = standby"))
                .isEqualTo(new Fault.Starve(Where.STANDBY));
        assertThat(fault("narrow = 20")).isEqualTo(new Fault.Narrow(20, Where.OWNER));
        assertThat(fault("stick = loop")).isEqualTo(new Fault.Stick(Where.OWNER));
        assertThat(fault("upgrade = lb3")).isEqualTo(new Fault.Upgrade(Where.LB3));
        assertThat(fault("configure = nodes")).isEqualTo(new Fault.Configure());
        assertThat(fault("expire = certificate, at = standby"))
                .isEqualTo(new Fault.Expire(Where.STANDBY));
        assertThat(fault("storm = 2k")).isEqualTo(new Fault.Storm(2_000));
    }

    @Test
    void whatIsNotWrittenIsTheDefault() {
        DrillPlan plan = plan(one("kill = node"));
        assertThat(plan.steps())
                .containsExactly(
                        new Step(
                                List.of(new Fault.Kill(Fault.Part.NODE, Where.OWNER)),
                                Duration.ZERO,
                                Duration.ofSeconds(4)));
        assertThat(plan.nodesMin()).isEqualTo(2);
        assertThat(plan.budget())
                .isEqualTo(
                        new Budget(
                                Duration.ofMillis(150),
                                Duration.ofMillis(5),
                                Optional.empty(),
                                OptionalLong.empty(),
                                Duration.ofSeconds(1),
                                Budget.OwnerChanges.ANY));
    }

    @Test
    void aBriefFormHoldsFaultsForTwiceTheSilenceThatItAllows() {
        DrillPlan plain =
                plan(
                        "schema = 1\ndrill { steps = [ { faults = [ { kill = node } ], hold = 4s },"
                                + " { faults = [ { cut = cable } ], hold = 500ms } ] }");
        assertThat(plain.brief().steps())
                .extracting(Step::hold)
                .containsExactly(Duration.ofSeconds(2), Duration.ofMillis(500));
        DrillPlan slow =
                plan(
                        "schema = 1\n"
                            + "drill { steps = [ { faults = [ { stick = loop } ], hold = 9s } ],"
                            + " budget { gap = 3s } }");
        assertThat(slow.brief().steps().getFirst().hold()).isEqualTo(Duration.ofSeconds(6));
        DrillPlan soak =
                plan(
                        "schema = 1\ndrill { soak { lasting = 2m, hold-min = 1s, hold-max = 9s,"
                                + " faults = [ { kill = node } ] } }");
        assertThat(soak.brief().soak().orElseThrow())
                .isEqualTo(
                        new Soak(
                                Duration.ofSeconds(8),
                                soak.faults(),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2)));
    }

    @Test
    void aSoakIsTheSameForTheSameSeed() {
        DrillPlan plan =
                plan(
                        "schema = 1\ndrill { soak { lasting = 2m, hold-min = 1s, hold-max = 3s,"
                                + " faults = [ { kill = node }, { cut = cable }, { hang = vipd } ]"
                                + " } }");
        Random one = new Random(7);
        Random other = new Random(7);
        for (int step = 0; step < 100; step++) {
            Step next = plan.soak().orElseThrow().next(one);
            assertThat(next).isEqualTo(plan.soak().orElseThrow().next(other));
            assertThat(next.hold()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        }
        assertThat(plan.lasting(Duration.ofSeconds(9)).soak().orElseThrow().lasting())
                .isEqualTo(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kil = node | own.conf:4: unknown key `kil` (did you mean \"kill\"?)",
                "kill = nod | own.conf:4: `kill`: \"nod\" is not one of both | node",
                "kill = node, hang = node | own.conf:4: a fault is exactly one of `kill`",
                "kill = node, at = others | own.conf:4: `at` is one balancer, not others",
                "kill = node, percent = 3 | own.conf:4: `percent` means nothing beside `kill`",
                "move = clients | own.conf:4: `move` is one balancer, not clients",
                "partition = owner | own.conf:4: `from` names no place",
                "lose = nodes, from = nodes, percent = 100 | own.conf:4: `percent`: 100 is out of",
                "servers = down | own.conf:4: `servers` needs `names`",
                "servers = down, names = [web9] | own.conf:4:",
                "delay = nodes | own.conf:4: `from` names no place",
                "delay = nodes, from = nodes, by = 6s | own.conf:4: `by` is more than 5 s",
                "delay = nodes, from = nodes, jitter = 2s | own.conf:4: `jitter` is more than",
                "partition = nodes, from = nodes, by = 1s | own.conf:4: `by` means nothing",
                "kill = node, only = sync | own.conf:4: `only` means nothing beside `kill`",
                "upgrade = nodes | own.conf:4: `upgrade` is one balancer, not nodes",
                "storm = 0 | own.conf:4: `storm`: 0 is out of",
                "clock = foward | own.conf:4: `clock`: \"foward\" is not one of ahead",
                "steal = adress | own.conf:4: `steal`: \"adress\" is not one of address (did you",
            })
    void whatIsWrongIsSaidWithItsLine(String fault, String message) {
        assertThat(violations(one(fault)))
                .anyMatch(line -> line.startsWith(message.split(" \\| ")[0]));
    }

    @Test
    void aFileThatDescribesNoDrillIsRefused() {
        assertThat(violations("schema = 1\n"))
                .anyMatch(line -> line.contains("`drill` is missing"));
        assertThat(violations("schema = 1\ndrill { }\n"))
                .anyMatch(line -> line.startsWith("own.conf:2: a drill has either"));
        assertThat(violations("schema = 1\ndrill { steps = [] }\n"))
                .anyMatch(line -> line.startsWith("own.conf:2: 1 to 50 steps"));
        assertThat(violations("schema = 1\ndrill {\n  steps = [ { faults = [] } ]\n}\n"))
                .anyMatch(line -> line.startsWith("own.conf:3: 1 to 8 faults"));
        assertThat(violations("schema = 1\ndrill {")).hasSize(1);
        assertThat(violations(one("kill = node") + "include\nurl(\"http://127.0.0.1:1/x\")\n"))
                .anyMatch(line -> line.contains("cannot be followed from here on"));
        assertThat(violations("drill { steps = [ { faults = [ { kill = node } ] } ] }"))
                .anyMatch(line -> line.contains("`schema` is missing"));
        assertThat(
                        violations(
                                "schema = 1\ndrill { soak { hold-min = 4s, hold-max = 2s,"
                                        + " faults = [ { kill = node } ] } }"))
                .anyMatch(line -> line.contains("`hold-min` is more than `hold-max`"));
    }

    /** Whatever is done to a description, reading it answers. */
    @Test
    void mutationsNeverThrow() {
        String sound = one("partition = [owner], from = [others]");
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder(sound);
            for (int edit = 0; edit < 3; edit++) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, "{}[]=,\"\n\\a1.$%#".charAt(random.nextInt(15)));
            }
            assertThat(DrillReader.parse(text.toString(), "f", "n")).isNotNull();
        }
    }
}
