package proa.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.node.health.CheckMachine.Event;
import proa.node.health.CheckMachine.Event.Failed;
import proa.node.health.CheckMachine.Event.Passed;
import proa.node.health.CheckMachine.Event.Suspected;
import proa.node.health.CheckMachine.Notice;
import proa.node.health.CheckMachine.Pace;
import proa.node.health.CheckMachine.State;
import proa.node.health.CheckMachine.State.Down;
import proa.node.health.CheckMachine.State.Unknown;
import proa.node.health.CheckMachine.State.Up;
import proa.node.health.CheckMachine.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class CheckMachineTest {
    private static final Event PASSED = new Passed(1_000_000);
    private static final Event FAILED = new Failed("connection refused");
    private static final Event SUSPECTED = new Suspected();
    private static final State HEALTHY = new Up(0, false);

    private final CheckMachine machine =
            new CheckMachine(
                    new Check(
                            new Probe.Tcp(), Duration.ofSeconds(1), Duration.ofMillis(500), 3, 2));

    private final List<Notice> notices = new ArrayList<>();

    @Test
    void decidesByTheFirstProbeAlone() {
        assertThat(after(new Unknown(), PASSED)).isEqualTo(HEALTHY);
        assertThat(after(new Unknown(), FAILED)).isEqualTo(new Down(0));
        assertThat(notices)
                .containsExactly(
                        new Notice.CameUp(1), new Notice.WentDown(1, "connection refused"));
    }

    @Test
    void goesDownAfterFallFailuresInARow() {
        assertThat(after(HEALTHY, FAILED, FAILED)).isEqualTo(new Up(2, false));
        assertThat(notices).isEmpty();
        assertThat(after(HEALTHY, FAILED, FAILED, FAILED)).isEqualTo(new Down(0));
        assertThat(notices).containsExactly(new Notice.WentDown(3, "connection refused"));
    }

    @Test
    void forgetsFailuresAfterAPass() {
        assertThat(after(HEALTHY, FAILED, FAILED, PASSED, FAILED, FAILED))
                .isEqualTo(new Up(2, false));
    }

    @Test
    void comesUpAfterRisePassesInARow() {
        assertThat(after(new Down(0), PASSED, FAILED, PASSED)).isEqualTo(new Down(1));
        assertThat(after(new Down(0), PASSED, PASSED)).isEqualTo(HEALTHY);
        assertThat(notices).containsExactly(new Notice.CameUp(2));
    }

    @Test
    void probesAtOnceThenFastWhenTrafficCannotConnectUntilAProbePasses() {
        assertThat(machine.next(HEALTHY, SUSPECTED).pace()).isEqualTo(Pace.AT_ONCE);
        State suspected = after(HEALTHY, SUSPECTED);
        assertThat(machine.next(suspected, SUSPECTED).pace())
                .as("a flood of failures does not become a flood of probes")
                .isEqualTo(Pace.FAST);
        assertThat(machine.next(suspected, FAILED).pace()).isEqualTo(Pace.FAST);
        assertThat(machine.next(suspected, PASSED))
                .isEqualTo(new Step(HEALTHY, Pace.REGULAR, null));
    }

    @Test
    void probesAtTheChangingPaceWhileTheVerdictChanges() {
        assertThat(machine.next(HEALTHY, PASSED).pace()).isEqualTo(Pace.REGULAR);
        assertThat(machine.next(HEALTHY, FAILED).pace()).isEqualTo(Pace.CHANGING);
        assertThat(machine.next(new Up(2, false), FAILED).pace()).isEqualTo(Pace.REGULAR);
        assertThat(machine.next(new Down(0), PASSED).pace()).isEqualTo(Pace.CHANGING);
        assertThat(machine.next(new Down(0), FAILED).pace()).isEqualTo(Pace.REGULAR);
        assertThat(machine.next(new Down(1), PASSED).pace()).isEqualTo(Pace.REGULAR);
    }

    @Test
    void neverCountsTrafficAsAFailure() {
        assertThat(after(HEALTHY, SUSPECTED, SUSPECTED, SUSPECTED, SUSPECTED))
                .isEqualTo(new Up(0, true));
        assertThat(after(new Down(1), SUSPECTED)).isEqualTo(new Down(1));
    }

    /** Whatever comes: down only after three failures in a row, up only after two passes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theVerdictFollowsTheLastProbesAlone(long seed) {
        Random random = new Random(seed);
        State state = HEALTHY;
        int failures = 0;
        int passes = 0;
        for (int probe = 0; probe < 5_000; probe++) {
            Event event = List.of(PASSED, FAILED, SUSPECTED).get(random.nextInt(3));
            failures = event.equals(FAILED) ? failures + 1 : event.equals(PASSED) ? 0 : failures;
            passes = event.equals(PASSED) ? passes + 1 : event.equals(FAILED) ? 0 : passes;
            Step step = machine.next(state, event);
            boolean up = step.state() instanceof Up;
            assertThat(up).isEqualTo(state instanceof Up ? failures < 3 : passes >= 2);
            assertThat(step.notice() != null).isEqualTo(up != state instanceof Up);
            if (up != state instanceof Up) {
                failures = 0;
                passes = 0;
            }
            state = step.state();
        }
    }

    private State after(State state, Event... events) {
        State now = state;
        for (Event event : events) {
            Step step = machine.next(now, event);
            now = step.state();
            if (step.notice() != null) {
                notices.add(step.notice());
            }
        }
        return now;
    }
}
