package proa.vip.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a former owner forgets the connections of a group. */
class ForgettingTest {

    private static final long AFTER = Forgetting.AFTER.toNanos();

    private final Forgetting forgetting = new Forgetting();

    @Test
    void aLostGroupIsForgottenOnceAndNotBeforeItsTime() {
        forgetting.owner("web", true, 0);
        assertThat(forgetting.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        forgetting.owner("web", false, 100);
        assertThat(forgetting.deadlineNanos()).isEqualTo(100 + AFTER);
        forgetting.owner("web", false, 500); // told again, with another owner
        assertThat(forgetting.due(99 + AFTER)).isEmpty();
        assertThat(forgetting.due(100 + AFTER)).containsExactly("web");
        assertThat(forgetting.due(200 + AFTER)).isEmpty();
        forgetting.owner("web", false, 300 + AFTER);
        assertThat(forgetting.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aGroupThatComesBackInTimeIsNotForgotten() {
        forgetting.owner("web", true, 0);
        forgetting.owner("web", false, 100);
        forgetting.owner("web", true, AFTER);
        assertThat(forgetting.due(10 * AFTER)).isEmpty();
    }

    @Test
    void whatAnEarlierLifeLeftIsForgottenUnlessTheGroupIsHere() {
        forgetting.owner("web", false, 0);
        forgetting.owner("db", true, 0);
        assertThat(forgetting.due(AFTER)).containsExactly("web");
    }
}
