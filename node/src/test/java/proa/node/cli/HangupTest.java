package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.Await;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

class HangupTest {

    /** The handler stays; without it the signal would end this JVM. */
    @Test
    void aSignalIsAWishAndNotTheEnd() throws Exception {
        AtomicInteger wishes = new AtomicInteger();
        if (!Hangup.then(wishes::incrementAndGet)) {
            assertThat(ignored()).as("signals arrive unless ignored since the start").isTrue();
            return;
        }
        for (int signal = 1; signal <= 2; signal++) {
            String pid = String.valueOf(ProcessHandle.current().pid());
            assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor()).isZero();
            int sent = signal;
            Await.until("heard", () -> wishes.get() == sent);
        }
    }

    /** What opens logs anew is another one; nobody has it ignored. */
    @Test
    void othersAreHeardToo() throws Exception {
        AtomicInteger wishes = new AtomicInteger();
        assertThat(Hangup.at("USR1", wishes::incrementAndGet)).isTrue();
        String pid = String.valueOf(ProcessHandle.current().pid());
        assertThat(new ProcessBuilder("kill", "-USR1", pid).start().waitFor()).isZero();
        Await.until("heard", () -> wishes.get() == 1);
    }

    /** Whether whoever started this JVM had SIGHUP, the first signal, ignored. */
    private static boolean ignored() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> new BigInteger(line.substring(7).strip(), 16).testBit(0));
    }
}
