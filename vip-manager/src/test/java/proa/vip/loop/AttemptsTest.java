package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is done though something else has failed, and what is said of that. */
final class AttemptsTest {

    private final List<String> made = new ArrayList<>();

    @Test
    void eachIsMadeAndTheFirstFailureTold() {
        Attempts all = new Attempts();
        all.make(() -> made.add("one"));
        all.make(
                () -> {
                    throw new IOException("no memory");
                });
        all.make(
                () -> {
                    throw new IllegalStateException("no sense");
                });
        all.make(() -> made.add("two"));
        assertThat(made).containsExactly("one", "two");
        assertThatThrownBy(all::end).isInstanceOf(IOException.class).hasMessage("no memory");
    }

    @Test
    void anotherFailureIsToldWithItsKind() {
        Attempts all = new Attempts();
        all.make(
                () -> {
                    throw new StackOverflowError();
                });
        assertThatThrownBy(all::end)
                .isInstanceOf(IOException.class)
                .hasMessage("java.lang.StackOverflowError");
    }

    @Test
    void withoutAFailureNothingIsTold() {
        assertThatCode(new Attempts()::end).doesNotThrowAnyException();
    }
}
