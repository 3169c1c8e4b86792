package proa.vip.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.vip.placement.HookOrders.Order;
import proa.vip.placement.HookOrders.Outcome;

import java.util.Random;

/** When the operator's program runs, and what its failures lead to. */
class HookOrdersTest {

    private static final long SECOND = 1_000_000_000L;

    private final HookOrders orders = new HookOrders();

    private static Order order(String state) {
        return new Order(state, "lb2", 7, "because");
    }

    private void transition(String state) {
        orders.transition(order(state), 0);
    }

    @Test
    void aNodeThatNeverOwnedHasNothingToRelease() {
        transition("backup");
        transition("fault");
        assertThat(orders.next(0)).isEmpty();
        assertThat(orders.idle()).isTrue();
    }

    @Test
    void ownershipIsTakenAndGivenUpOnceAndLingeringIsStillOwning() {
        transition("active");
        assertThat(orders.next(0)).contains(order("active"));
        assertThat(orders.next(0)).isEmpty();
        assertThat(orders.ended(true, 0)).isEqualTo(Outcome.DONE);
        transition("lingering");
        assertThat(orders.next(0)).isEmpty();
        transition("backup");
        assertThat(orders.next(0)).contains(order("backup"));
        assertThat(orders.ended(true, 0)).isEqualTo(Outcome.DONE);
        transition("initialize");
        assertThat(orders.next(0)).isEmpty();
    }

    @Test
    void aTakeThatFailsIsToldAndUndone() {
        transition("active");
        orders.next(0);
        assertThat(orders.ended(false, 0)).isEqualTo(Outcome.NOT_TAKEN);
        transition("fault");
        assertThat(orders.next(0)).contains(order("fault"));
    }

    @Test
    void aTakeThatFailsAfterTheGroupHasGoneOnIsNoFault() {
        transition("active");
        orders.next(0);
        transition("lingering");
        assertThat(orders.ended(false, 0)).isEqualTo(Outcome.OVERTAKEN);
        transition("active");
        orders.next(0);
        transition("backup");
        assertThat(orders.next(0)).as("one at a time").isEmpty();
        assertThat(orders.ended(false, 0)).isEqualTo(Outcome.OVERTAKEN);
        assertThat(orders.next(0)).contains(order("backup"));
    }

    @Test
    void aReleaseThatFailsIsTriedAgainMoreAndMoreSlowlyAndThenLeft() {
        transition("active");
        orders.next(0);
        orders.ended(true, 0);
        transition("backup");
        long now = 0;
        long waited = SECOND;
        for (int retry = 0; retry < HookOrders.RETRIES_MAX; retry++) {
            assertThat(orders.next(now)).isPresent();
            assertThat(orders.ended(false, now)).isEqualTo(Outcome.AGAIN);
            assertThat(orders.next(now + waited - 1)).isEmpty();
            assertThat(orders.deadlineNanos()).isEqualTo(now + waited);
            now += waited;
            waited = Math.min(30 * SECOND, waited * 2);
        }
        orders.next(now);
        assertThat(orders.ended(false, now)).isEqualTo(Outcome.GIVEN_UP);
        assertThat(orders.idle()).isTrue();
        assertThat(orders.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aNewTakeOvertakesAFailingReleaseAndAStopEndsTheRetries() {
        transition("active");
        orders.next(0);
        orders.ended(true, 0);
        transition("backup");
        orders.next(0);
        orders.ended(false, 0);
        transition("active");
        assertThat(orders.next(0)).contains(order("active"));
        orders.ended(true, 0);
        transition("backup");
        orders.next(0);
        orders.ended(false, 0);
        orders.stop();
        assertThat(orders.idle()).isTrue();
    }

    @Test
    void nothingEndsThatHasNotBegun() {
        assertThatThrownBy(() -> orders.ended(true, 0)).isInstanceOf(IllegalStateException.class);
    }

    /** Whatever comes when: in the end the last run says what the group is. */
    @Test
    void theLastRunIsWhatTheGroupIs() {
        for (long seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            HookOrders some = new HookOrders();
            String[] states = {"active", "backup", "lingering", "fault"};
            boolean running = false;
            boolean there = false;
            boolean owner = false;
            long now = 0;
            for (int step = 0; step < 40; step++) {
                now += random.nextLong(SECOND);
                if (running && random.nextBoolean()) {
                    some.ended(random.nextInt(4) > 0, now);
                    running = false;
                } else {
                    String state = states[random.nextInt(states.length)];
                    some.transition(order(state), now);
                    owner = state.equals("active") || (owner && state.equals("lingering"));
                }
                var next = some.next(now);
                running |= next.isPresent();
                there = next.map(Order::takes).orElse(there);
            }
            while (!some.idle()) {
                now += 60 * SECOND;
                var next = some.next(now);
                there = next.map(Order::takes).orElse(there);
                some.ended(true, now);
            }
            assertThat(there).as("seed %d", seed).isEqualTo(owner);
        }
    }
}
