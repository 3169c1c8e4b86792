package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.member.Work.Part;

class WorkTest {

    private final Work work = new Work();

    private void fail(Part part, int times) {
        for (int n = 0; n < times; n++) {
            boolean done =
                    work.done(
                            part,
                            () -> {
                                throw new IllegalStateException("a defect");
                            });
            assertThat(done).isFalse();
        }
    }

    @Test
    void failuresInARowOfOnePartAreADefectThatStaysUntilItWorksAgain() {
        fail(Part.MESSAGES, Work.FAILURES_MAX - 1);
        assertThat(work.done(Part.CHORES, () -> {})).isTrue();
        assertThat(work.failing()).isFalse();
        fail(Part.MESSAGES, 1);
        assertThat(work.failing()).isTrue();
        work.done(Part.CHORES, () -> {});
        assertThat(work.failing()).isTrue();
        work.done(Part.MESSAGES, () -> {});
        assertThat(work.failing()).isFalse();
    }

    @Test
    void oneThatWorkedInBetweenBeginsTheCountAnew() {
        fail(Part.BATCHES, Work.FAILURES_MAX - 1);
        work.done(Part.BATCHES, () -> {});
        fail(Part.BATCHES, Work.FAILURES_MAX - 1);
        assertThat(work.failing()).isFalse();
    }

    @Test
    void errorsEndTheThreadAsLittle() {
        assertThat(
                        work.done(
                                Part.VIEWS,
                                () -> {
                                    throw new StackOverflowError();
                                }))
                .isFalse();
    }

    @Test
    void eachKindIsToldOnce() {
        assertThat(work.firstOfItsKind(Part.CHORES, new IllegalStateException("a"))).isTrue();
        assertThat(work.firstOfItsKind(Part.CHORES, new IllegalStateException("b"))).isFalse();
        assertThat(work.firstOfItsKind(Part.CHORES, new ArithmeticException())).isTrue();
        assertThat(work.firstOfItsKind(Part.VIEWS, new IllegalStateException("a"))).isTrue();
    }
}
