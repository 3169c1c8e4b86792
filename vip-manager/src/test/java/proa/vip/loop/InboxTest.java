package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What wakes the loop, and for how long. */
final class InboxTest {

    private final List<String> ran = new ArrayList<>();
    private boolean readable;
    private int wakes;
    private Runnable beforeWake = () -> {};
    private final Inbox inbox = new Inbox(this::wake, () -> readable = false);

    private void wake() {
        Runnable first = beforeWake;
        beforeWake = () -> {};
        first.run();
        readable = true;
        wakes++;
    }

    @Test
    void manyTasksWakeItOnceAndRunInOrder() {
        inbox.post(() -> ran.add("one"));
        inbox.post(() -> ran.add("two"));
        assertThat(wakes).isEqualTo(1);
        inbox.run();
        assertThat(ran).containsExactly("one", "two");
        assertThat(readable).isFalse();
        inbox.post(() -> ran.add("three"));
        assertThat(wakes).isEqualTo(2);
        assertThat(readable).isTrue();
    }

    /** The loop had another reason to wake between a task and its wake-up. */
    @Test
    void aWakeUpThatComesAfterItsTaskWakesOneTurnAndNoMore() {
        beforeWake = inbox::run;
        inbox.post(() -> ran.add("one"));
        assertThat(ran).containsExactly("one");
        assertThat(readable).isTrue();
        inbox.run();
        assertThat(readable).isFalse();
        inbox.post(() -> ran.add("two"));
        assertThat(readable).as("the next task wakes it").isTrue();
    }

    @Test
    void aTaskThatIsPostedByATaskRunsInTheSameTurn() {
        inbox.post(() -> inbox.post(() -> ran.add("later")));
        inbox.run();
        assertThat(ran).containsExactly("later");
    }
}
