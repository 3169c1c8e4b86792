package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.bench.failover.Fault;
import proa.config.drill.DrillPlan;

import java.util.List;
import java.util.Optional;

/** Which faults of the drills a control has, too. */
class ControlTest {

    private static List<Optional<Fault>> of(String name) throws Exception {
        DrillPlan plan = DrillFiles.read(List.of(name)).getFirst();
        return plan.steps().stream().map(Control::counterpart).toList();
    }

    @Test
    void aProcessOfOursHasItsCounterpart() throws Exception {
        assertThat(of("kill-node")).containsExactly(Optional.of(Fault.KILL_NODE));
        assertThat(of("kill-vipd")).containsExactly(Optional.of(Fault.KILL_VIPD));
        assertThat(of("hang")).containsExactly(Optional.empty(), Optional.of(Fault.HANG));
        assertThat(of("cable")).containsExactly(Optional.of(Fault.CABLE));
        assertThat(of("planned-move"))
                .containsExactly(Optional.of(Fault.PLANNED), Optional.of(Fault.PLANNED));
        assertThat(of("rolling-restart"))
                .containsExactly(Optional.empty(), Optional.empty(), Optional.of(Fault.PLANNED));
    }

    @Test
    void whatTheyDoNotHaveIsLeftOut() throws Exception {
        for (String name : List.of("kill-host", "vlan-pruned", "double-fault", "slow-sync")) {
            assertThat(of(name)).as(name).containsOnly(Optional.empty());
        }
    }
}
