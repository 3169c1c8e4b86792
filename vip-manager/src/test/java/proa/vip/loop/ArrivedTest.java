package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Packets that arrive faster than they are read. */
final class ArrivedTest {

    @Test
    void aSocketThatIsNeverEmptyHoldsUpATurnForSoManyPackets() throws Exception {
        List<String> read = new ArrayList<>();
        Arrived.read(() -> "one more", read::add);
        assertThat(read).hasSize(Arrived.PACKETS_MAX).containsOnly("one more");
    }

    @Test
    void oneThatHasLessIsReadToItsEnd() throws Exception {
        Queue<Integer> waiting = new ArrayDeque<>(List.of(1, 2, 3));
        List<Integer> read = new ArrayList<>();
        Arrived.read(waiting::poll, read::add);
        assertThat(read).containsExactly(1, 2, 3);
    }
}
