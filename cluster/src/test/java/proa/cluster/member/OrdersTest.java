package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

class OrdersTest {

    private final AtomicInteger carriedOut = new AtomicInteger();

    /** A thread that does it when it is woken, then and there. */
    private final Orders orders = new Orders(this::carryOut, 1);

    private void carryOut() {
        orders.carryOut();
    }

    @Test
    void whoGaveOneThatFailsIsToldAndTheThreadGoesOn() {
        assertThatThrownBy(
                        () ->
                                orders.give(
                                        () -> {
                                            throw new StackOverflowError();
                                        }))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        orders.give(carriedOut::incrementAndGet);
        assertThat(carriedOut).hasValue(1);
    }

    @Test
    void oneThatIsGivenWhileTheThreadEndsIsNotWaitedFor() {
        Orders[] ending = new Orders[1];
        ending[0] = new Orders(() -> ending[0].close(), 1);
        ending[0].give(carriedOut::incrementAndGet);
        assertThat(carriedOut).hasValue(0);
        assertThat(ending[0].isEmpty()).isTrue();
    }
}
