package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.vip.loop.Steps.Step;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Action;

import java.time.Instant;
import java.util.List;

/** What a transition's line, event and entry say of its steps. */
class StepsTest {

    private static final long MICRO = 1_000;

    private final Steps steps = new Steps();

    @Test
    void aTakeoverIsItsStepsInTheirOrderCountedFromTheDecision() {
        steps.begin(7);
        steps.done(new Action.RenewLease(250), 7 + 40 * MICRO);
        steps.done(new Action.AddAddress(), 7 + 90 * MICRO);
        steps.done(new Action.SendAdvert(240), 7 + 120 * MICRO);
        steps.done(new Action.Announce(), 7 + 200 * MICRO);
        steps.done(new Action.ProbeAddresses(), 7 + 210 * MICRO);
        assertThat(steps.taken())
                .containsExactly(
                        new Step("lease", 40),
                        new Step("address", 90),
                        new Step("advertised", 120),
                        new Step("announced", 200));
        assertThat(Step.text(steps.taken()))
                .isEqualTo("lease 40 µs, address 90 µs, advertised 120 µs, announced 200 µs");
    }

    @Test
    void aListBeginsAnewAndWhatIsSaidToAllIsOneStep() {
        steps.begin(0);
        steps.done(new Action.DropLease(), MICRO);
        steps.begin(100 * MICRO);
        MeshMessage.Release release = new MeshMessage.Release("web", 3, "lb2", "moved");
        steps.done(new Action.SayMesh("lb2", release), 101 * MICRO);
        steps.done(new Action.SayMesh("lb3", release), 104 * MICRO);
        steps.done(new Action.SayMesh("lb3", new MeshMessage.Ask("web", 3)), 105 * MICRO);
        assertThat(steps.taken()).containsExactly(new Step("released", 4));
    }

    @Test
    void aLongListIsCutOffAndNotAnError() {
        steps.begin(0);
        for (int at = 0; at < 100; at++) {
            steps.done(at % 2 == 0 ? new Action.AddAddress() : new Action.RemoveAddress(), at);
        }
        assertThat(steps.taken()).hasSize(32);
    }

    @Test
    void theHistoryHasThemAndTheFirstSign() {
        History history = new History();
        Action.Transition transition =
                new Action.Transition(
                        Action.Level.INFO, "backup", "active", 900, 4, "lb1 is gone", 12);
        History.Course course =
                new History.Course(3_100, List.of(new Step("lease", 40), new Step("address", 90)), 95);
        history.add(Instant.EPOCH, "web", transition, course);
        assertThat(course.text())
                .isEqualTo("first sign 3100 µs before; lease 40 µs, address 90 µs; done in 95 µs");
        assertThat(history.json().toString())
                .contains(
                        "\"firstSignMicros\":3100,\"steps\":[{\"step\":\"lease\",\"micros\":40},"
                                + "{\"step\":\"address\",\"micros\":90}],\"carriedOutMicros\":95");
        assertThat(new History.Course(-1, List.of(), 5).text()).isEqualTo("done in 5 µs");
    }
}
