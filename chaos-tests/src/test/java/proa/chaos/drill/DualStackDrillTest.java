package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Strike;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.TrioPlan;
import proa.chaos.report.Console;
import proa.chaos.report.Json;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The same drill with both families and with connections that the kernel forwards: a real one,
 * judged by who owned the addresses and by what survived rather than by milliseconds.
 */
@RequiresNetns
@Tag("system")
class DualStackDrillTest {

    /** A machine that does other things as well. */
    private static final Pace PACE =
            new Pace(
                    5,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ZERO,
                    true);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void aKilledAddressManagerLosesNoForwardedConnectionOfEitherFamily() throws Exception {
        Console console = new Console(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        LabCarrier carrier = LabCarrier.open(TrioPlan.dualStack(2), folder);
        try (Stage stage = Stage.open(carrier, PACE)) {
            RunFacts facts =
                    new Run(stage, List.of(), 1, console)
                            .run(DrillFiles.read(List.of("kill-vipd")));
            new DrillTable(console).print(facts);
            DrillFacts drill = facts.drills().getFirst();
            assertThat(drill.why()).isEmpty();
            Finding connections = finding(drill, "I10");
            assertThat(connections.why()).endsWith("L4 connections alive: 60 of 60");
            assertThat(finding(drill, "owner").verdict()).isEqualTo(Verdict.PASS);
            assertThat(finding(drill, "steady").verdict()).isEqualTo(Verdict.PASS);
            // Who looked too seldom, on a busy machine, does not know.
            assertThat(finding(drill, "I1").verdict()).isIn(Verdict.PASS, Verdict.UNKNOWN);
            assertThat(finding(drill, "I1").why()).contains("ARP ", "; NDP ");
            assertThat(finding(drill, "I2").why()).contains("IPv4 ", "; IPv6 ");
            Strike strike = drill.strikes().getFirst();
            assertThat(strike.after()).isNotEmpty().isNotEqualTo(strike.before());
            assertThat(strike.six()).isPresent();
            Strike.Six six = strike.six().orElseThrow();
            assertThat(six.over()).isTrue();
            assertThat(six.probes()).isGreaterThan(100);
            assertThat(six.overlapMillis()).as("somebody answered").isNotNegative();
            assertThat(Json.read(Json.pretty(facts), RunFacts.class).drills().getFirst().strikes())
                    .as("what is written can be read")
                    .extracting(each -> each.six().isPresent())
                    .containsExactly(true);
        }
    }

    private static Finding finding(DrillFacts drill, String id) {
        return drill.invariants().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
