package proa.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class PaceTest {

    @Test
    void aClientThatBreaksActsAgain() throws Exception {
        CountDownLatch acted = new CountDownLatch(3);
        try (Pace pace = new Pace()) {
            pace.run(
                    "client",
                    1_000,
                    0,
                    () -> {
                        acted.countDown();
                        throw new IllegalStateException("as a parser may");
                    });
            assertThat(acted.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
