package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.drill.facts.Evidence;
import proa.chaos.drill.facts.Strike;
import proa.chaos.lab.Await;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.TrioPlan;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Step;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A drill with both families and with connections that the kernel forwards: its faults and what is
 * gathered of them, without what the other drills show as well. Judged by who owned the addresses
 * and by what survived rather than by milliseconds.
 */
@RequiresNetns
@Tag("system")
class DualStackDrillTest {

    private static final Pace PACE =
            new Pace(
                    5,
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ZERO,
                    true);

    /** Far beyond what one question can be mistaken for; a second owner would answer for longer. */
    private static final double OVERLAP_MILLIS_MAX = 50;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void aKilledAddressManagerLosesNoForwardedConnectionOfEitherFamily() throws Exception {
        DrillPlan plan = DrillFiles.read(List.of("kill-vipd")).getFirst();
        Carrier carrier = LabCarrier.open(TrioPlan.dualStack(2), folder, DrillTest.HTTP_RATE);
        try (Stage stage = Stage.open(carrier, PACE)) {
            carrier.prepare(plan, stage::awaitWhole);
            Step step = plan.steps().getFirst();
            Roles roles = stage.roles();
            StrikeWatch watch = new StrikeWatch(stage, roles, step, 0);
            long begun = System.nanoTime();
            Fault fault = step.faults().getFirst();
            carrier.commit(fault, roles, step.hold());
            watch.fault(fault, roles.owner(), begun, System.nanoTime());
            Await.until(
                    Stage.RECOVERY,
                    "another owner",
                    () ->
                            stage.owner()
                                    .filter(owner -> !owner.name().equals(roles.owner()))
                                    .isPresent());
            watch.held();
            carrier.undo();
            watch.undone(System.nanoTime());
            stage.awaitWhole();
            stage.awaitSteady();

            Strike strike = watch.strike(begun);
            assertThat(strike.after()).isNotEmpty().isNotEqualTo(roles.owner());
            assertThat(strike.over()).isTrue();
            Strike.Six six = strike.six().orElseThrow();
            assertThat(six.over()).isTrue();
            assertThat(six.probes()).isPositive();
            assertThat(six.overlapMillis()).as("NDP").isBetween(0.0, OVERLAP_MILLIS_MAX);
            assertThat(carrier.lasting()).hasValue(new Evidence.Lasting(60, 60, 0, ""));
        }
    }
}
