package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/** The healing alone, with others that answer as they are told. */
@Timeout(60)
class SplitHealingTest {

    private static final SessionStamp STAMP = new SessionStamp(1, 1);

    /** Ten times the pause before what was not taken is brought again. */
    private static final long NOTHING_MILLIS = 200;

    private final List<SessionCopy> held = new ArrayList<>();

    private static SessionCopy copy(String key) {
        byte[] value = key.getBytes(UTF_8);
        return new SessionCopy(key, new SessionValue(value, SessionStore.NEVER, STAMP).encode());
    }

    private static void awaitEnd(SplitHealing healing) {
        while (healing.active()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatWasTakenWhileTheEngineSplitAgainIsBroughtAgain() throws Exception {
        BlockingQueue<CompletableFuture<Void>> brought = new LinkedBlockingQueue<>();
        held.add(copy("session"));
        try (SplitHealing healing =
                new SplitHealing(
                        () -> List.copyOf(held),
                        _ -> CompletableFuture.completedFuture(Map.of()),
                        _ -> {
                            CompletableFuture<Void> answer = new CompletableFuture<>();
                            brought.add(answer);
                            return answer;
                        })) {
            healing.separated();
            healing.joined();
            CompletableFuture<Void> first = brought.take();
            held.clear(); // nothing of it is here when the engine leaves those others
            healing.separated();
            first.complete(null);
            assertThat(brought.poll(NOTHING_MILLIS, TimeUnit.MILLISECONDS))
                    .as("to an engine that is about to be emptied")
                    .isNull();
            healing.joined();
            CompletableFuture<Void> second = brought.take();
            second.complete(null);
            awaitEnd(healing);
            assertThat(brought).isEmpty();
        }
    }

    /** What is written after the copies are kept, and before the engine empties them, is gone. */
    @Test
    void aWriteCountsOnlyOutsideOfTheMerge() {
        try (SplitHealing healing =
                new SplitHealing(
                        () -> held,
                        _ -> CompletableFuture.completedFuture(Map.of()),
                        _ -> CompletableFuture.completedFuture(null))) {
            AtomicInteger writes = new AtomicInteger();
            assertThat(healing.kept(writes::incrementAndGet)).isEqualTo(1);
            assertThatThrownBy(
                            () ->
                                    healing.kept(
                                            () -> {
                                                healing.separated();
                                                return writes.incrementAndGet();
                                            }))
                    .as("it may be gone")
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> healing.kept(writes::incrementAndGet))
                    .isInstanceOf(SplitHealing.JoiningException.class);
            assertThat(writes).as("not made at all").hasValue(2);
            healing.joined();
            assertThat(healing.kept(writes::incrementAndGet)).isEqualTo(3);
        }
    }

    /** Heals a split of 2,500 sessions that all others have too; returns what was brought. */
    private Set<String> broughtWithout(IntPredicate answered, AtomicInteger questions) {
        Set<String> brought = ConcurrentHashMap.newKeySet();
        for (int number = 0; number < 2_500; number++) {
            held.add(copy("session-" + number));
        }
        try (SplitHealing healing =
                new SplitHealing(
                        () -> held,
                        keys -> {
                            if (!answered.test(questions.incrementAndGet())) {
                                return CompletableFuture.failedFuture(new IOException("late"));
                            }
                            Map<String, SessionStamp> same = new ConcurrentHashMap<>();
                            keys.forEach(key -> same.put(key, STAMP));
                            return CompletableFuture.completedFuture(same);
                        },
                        copy -> {
                            brought.add(copy.key());
                            return CompletableFuture.completedFuture(null);
                        })) {
            healing.separated();
            healing.joined();
            awaitEnd(healing);
        }
        return brought;
    }

    @Test
    void whatGotNoAnswerIsAskedAgain() {
        AtomicInteger questions = new AtomicInteger();
        assertThat(broughtWithout(question -> question != 2, questions)).isEmpty();
        assertThat(questions).hasValue(4);
    }

    @Test
    void afterSoManyQuestionsWithoutAnAnswerTheRestIsBroughtUnasked() {
        AtomicInteger questions = new AtomicInteger();
        assertThat(broughtWithout(question -> question == 1, questions))
                .hasSize(1_500)
                .doesNotContain("session-0", "session-999");
        assertThat(questions).hasValue(1 + SplitHealing.UNANSWERED_MAX);
    }
}
