package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;

@Timeout(30)
class AttemptsTest {

    private static final long LONG_MILLIS = 600_000;

    private final Attempts attempts = new Attempts();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        end.countDown();
    }

    private String neverAnswers() throws InterruptedException {
        end.await();
        return "too late";
    }

    @Test
    void anAnswerIsAnAnswer() {
        assertThat(attempts.run(() -> "yes", LONG_MILLIS, 0, false))
                .isEqualTo(new Attempts.Result.Answered<>("yes"));
    }

    @Test
    void aTryIsLeftBehindWhenAMemberHasGone() {
        Attempts.Result<String> result =
                attempts.run(
                        () -> {
                            attempts.memberGone();
                            return neverAnswers();
                        },
                        LONG_MILLIS,
                        0,
                        false);
        assertThat(result).isEqualTo(new Attempts.Result.InDoubt<>("a member has gone"));
    }

    @Test
    void theNextTryIsNotWaitedForEither() {
        attempts.memberGone();
        assertThat(attempts.run(this::neverAnswers, LONG_MILLIS, 0, false))
                .isEqualTo(new Attempts.Result.InDoubt<>("no answer within 250 ms"));
    }

    @Test
    void eachFurtherTryHasTwiceTheTime() {
        attempts.memberGone();
        assertThat(attempts.run(this::neverAnswers, LONG_MILLIS, 1, false))
                .isEqualTo(new Attempts.Result.InDoubt<>("no answer within 500 ms"));
    }

    @Test
    void aTryIsNotWaitedForLongWhenAMemberHasCome() {
        Attempts.Result<String> result =
                attempts.run(
                        () -> {
                            attempts.copiesMove();
                            return neverAnswers();
                        },
                        LONG_MILLIS,
                        0,
                        false);
        assertThat(result).isInstanceOf(Attempts.Result.InDoubt.class);
    }

    @Test
    void whatCannotBeRepeatedIsWaitedFor() {
        attempts.memberGone();
        assertThat(attempts.run(this::neverAnswers, 300, 0, true))
                .isEqualTo(new Attempts.Result.InDoubt<>("no answer within 300 ms"));
    }

    @Test
    void refusalsAreToldApart() {
        assertThat(
                        attempts.run(
                                () -> {
                                    throw new SplitBrainProtectionException("one of three");
                                },
                                LONG_MILLIS,
                                0,
                                false))
                .isInstanceOf(Attempts.Result.Minority.class);
        assertThat(
                        attempts.run(
                                () -> {
                                    throw new HazelcastInstanceNotActiveException("stopped");
                                },
                                LONG_MILLIS,
                                0,
                                false))
                .isInstanceOf(Attempts.Result.Down.class);
    }
}
