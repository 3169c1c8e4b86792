package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.Await;

import java.util.concurrent.atomic.AtomicInteger;

class HangupTest {

    /** The handler stays; without it the signal would end this JVM. */
    @Test
    void aSignalIsAWishAndNotTheEnd() throws Exception {
        AtomicInteger wishes = new AtomicInteger();
        Hangup.then(wishes::incrementAndGet);
        for (int signal = 1; signal <= 2; signal++) {
            String pid = String.valueOf(ProcessHandle.current().pid());
            assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor()).isZero();
            int sent = signal;
            Await.until("heard", () -> wishes.get() == sent);
        }
    }

    /** What opens logs anew is another one. */
    @Test
    void othersAreHeardToo() throws Exception {
        AtomicInteger wishes = new AtomicInteger();
        Hangup.at("USR1", wishes::incrementAndGet);
        String pid = String.valueOf(ProcessHandle.current().pid());
        assertThat(new ProcessBuilder("kill", "-USR1", pid).start().waitFor()).isZero();
        Await.until("heard", () -> wishes.get() == 1);
    }
}
