package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;
import proa.cluster.tables.WallTime;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a member of a later version says is skipped and counted, and not asked for again. */
class NewerMembersTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int READER_POSITION = 5;
    private static final int TYPE_POSITION = 6;
    private static final Origin NEWER = new Origin(1, 1);

    private final Replicator replicator =
            new Replicator(new Origin(2, 1), new NoTables(), Limits.DEFAULTS, WallTime.at(0, 0));

    @BeforeEach
    void bothInSight() {
        replicator.view(Set.of(1), SECOND);
    }

    private static byte[] batch(long number) {
        return MessageCodec.encode(
                new Message.Batch(NEWER, number, SECOND, SECOND, 0, 0, List.of()));
    }

    private static byte[] forNewerReaders(byte[] message) {
        message[READER_POSITION] = MessageCodec.VERSION + 1;
        return message;
    }

    private long tooNew() {
        return replicator.statistics(SECOND).tooNew();
    }

    private long pulled() {
        replicator.tick(10 * SECOND);
        return replicator.statistics(10 * SECOND).pulls();
    }

    @Test
    void batchesForNewerReadersAreCountedAndAreNoGap() {
        for (long number = 1; number <= 3; number++) {
            replicator.received(1, forNewerReaders(batch(number)), SECOND);
            assertThat(tooNew()).isEqualTo(number);
        }
        replicator.received(1, batch(4), SECOND);
        Statistics statistics = replicator.statistics(SECOND);
        assertThat(statistics.tooNew()).isEqualTo(3);
        assertThat(statistics.batchesReceived()).isEqualTo(1);
        assertThat(statistics.broken()).isZero();
        assertThat(statistics.lagNanos()).as("nothing is missing").isZero();
        assertThat(pulled()).isZero();
    }

    /** The counterpart: without the skipped one there is a gap, and it is asked for. */
    @Test
    void aBatchThatDidNotComeIsAGap() {
        replicator.received(1, MessageCodec.encode(new Message.Hello(NEWER, false, Map.of())), 1);
        replicator.received(1, batch(1), SECOND);
        replicator.received(1, batch(3), SECOND);
        assertThat(replicator.statistics(2 * SECOND).lagNanos()).isEqualTo(SECOND);
        assertThat(tooNew()).isZero();
    }

    @Test
    void typesThatCameLaterAreCountedToo() {
        byte[] later = MessageCodec.encode(new Message.Overrun(NEWER, NEWER));
        ByteBuffer.wrap(later).putShort(TYPE_POSITION, (short) 77);
        assertThat(replicator.received(1, later, SECOND)).isEmpty();
        assertThat(tooNew()).isEqualTo(1);
        assertThat(replicator.statistics(SECOND).broken()).isZero();
    }
}
