package proa.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** What waits for connections, step by step: every thread is a task that the test runs. */
class OpeningsTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<String> sent = new ArrayList<>();
    private final Set<String> unreachable = new HashSet<>();

    /** Done by the sender in the middle of its work. */
    private Runnable meanwhile = () -> {};

    private final Openings<String> openings = new Openings<>(this::deliver, threads::add, 10);

    private void deliver(String to, byte[] bytes) throws IOException {
        Runnable once = meanwhile;
        meanwhile = () -> {};
        once.run();
        if (unreachable.contains(to)) {
            throw new IOException("no way");
        }
        sent.add(to + ":" + new String(bytes, StandardCharsets.US_ASCII));
    }

    private void send(String to, String text) {
        byte[] buffer = ("--" + text).getBytes(StandardCharsets.US_ASCII);
        openings.send(to, buffer, 2, text.length());
        buffer[2] = '?'; // the buffer is the caller's again
    }

    private void runThreads() {
        for (Runnable next = threads.poll(); next != null; next = threads.poll()) {
            next.run();
        }
    }

    @Test
    void nobodyWaitsAndOneThreadForEachDestinationSendsInOrder() {
        send("a", "1");
        send("b", "2");
        send("a", "3");
        assertThat(sent).isEmpty();
        assertThat(threads).hasSize(2);
        assertThat(openings.isOpening("a")).isTrue();
        runThreads();
        assertThat(sent).containsExactly("a:1", "a:3", "b:2");
        assertThat(openings.isOpening("a")).isFalse();
    }

    @Test
    void whatComesWhileTheConnectionIsOpenedGoesBehindWhatWaits() {
        send("a", "1");
        meanwhile = () -> send("a", "2");
        runThreads();
        assertThat(sent).containsExactly("a:1", "a:2");
        send("a", "3");
        assertThat(threads).as("a new thread, the other one is over").hasSize(1);
    }

    @Test
    void whatWaitsForAnOpeningThatFailsIsDroppedAndTheNextTriesAgain() {
        unreachable.add("a");
        send("a", "1");
        send("a", "2");
        runThreads();
        assertThat(sent).isEmpty();
        assertThat(openings.isOpening("a")).isFalse();
        assertThat(openings.dropped()).isEqualTo(2);
        unreachable.clear();
        send("a", "3");
        runThreads();
        assertThat(sent).containsExactly("a:3");
        assertThat(openings.dropped()).isEqualTo(2);
    }

    @Test
    void beyondTheLimitNothingWaits() {
        send("a", "0123456789abcdef"); // one always does
        send("a", "x");
        runThreads();
        send("b", "12345");
        send("b", "67890");
        send("b", "x");
        runThreads();
        assertThat(sent).containsExactly("a:0123456789abcdef", "b:12345", "b:67890");
        assertThat(openings.dropped()).as("one for each").isEqualTo(2);
    }

    @Test
    void aThreadThatCannotBeginLeavesNothingBehind() {
        Openings<String> failing =
                new Openings<>(
                        this::deliver,
                        _ -> {
                            throw new OutOfMemoryError("no thread");
                        },
                        10);
        assertThatThrownBy(() -> failing.send("a", new byte[1], 0, 1))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(failing.isOpening("a")).as("the next one tries again").isFalse();
        assertThat(failing.dropped()).isEqualTo(1);
    }

    @Test
    void aSenderThatFailsAltogetherLeavesNothingBehind() {
        meanwhile =
                () -> {
                    throw new OutOfMemoryError("no memory");
                };
        send("a", "1");
        assertThatThrownBy(this::runThreads).isInstanceOf(OutOfMemoryError.class);
        assertThat(openings.isOpening("a")).isFalse();
    }

    /** Members of other versions know the headers of TCP by this number. */
    @Test
    void theTransportIsTcpOnTheWire() {
        assertThat(new MemberTransport().getId())
                .isEqualTo(ClassConfigurator.getProtocolId(TCP.class))
                .isNotZero();
    }
}
