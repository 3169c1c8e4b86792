package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.wire.FrameWriter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What waits to be hinted at, and its bytes. */
class HintsTest {

    private static final ServerHint WEB = new ServerHint("shop", "web1");

    private final Hints hints = new Hints();

    @Test
    void theSameIsSaidOnceAfterAMoment() {
        assertThat(hints.take(0)).isEmpty();
        long due = hints.add(WEB, 1_000);
        assertThat(hints.add(WEB, 2_000)).as("the moment begins with the first").isEqualTo(due);
        hints.add(new ServerHint("shop", "web2"), 3_000);
        assertThat(hints.take(due - 1)).isEmpty();
        assertThat(hints.take(due)).containsExactly(WEB, new ServerHint("shop", "web2"));
        assertThat(hints.dueNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(hints.take(due + 1)).isEmpty();
    }

    @Test
    void manyAreSaidInTurnAndNoMoreThanMayWait() {
        for (int server = 0; server < 2 * Hints.WAITING_MAX; server++) {
            hints.add(new ServerHint("shop", "web" + server), 0);
        }
        List<ServerHint> said = new ArrayList<>();
        while (hints.dueNanos() != Long.MAX_VALUE) {
            List<ServerHint> message = hints.take(hints.dueNanos());
            assertThat(message).hasSizeBetween(1, Hints.MESSAGE_MAX);
            said.addAll(message);
        }
        assertThat(said).hasSize(Hints.WAITING_MAX).doesNotHaveDuplicates().contains(WEB);
    }

    @Test
    void theBytesOfVersionOneStayWhatTheyAre() {
        byte[] bytes = HintCodec.encode(List.of(WEB));
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "5052484e0101000100000014"
                                + "00010000000473686f70"
                                + "00020000000477656231");
        assertThat(HintCodec.isHint(bytes)).isTrue();
        assertThat(HintCodec.decode(bytes)).containsExactly(WEB);
    }

    @Test
    void whatIsNewerBrokenOrTooMuchIsNotActedOn() {
        byte[] newer = new FrameWriter(0x5052484e, 9, 9, 1).text(1, "a").text(2, "b").toBytes();
        assertThat(HintCodec.decode(newer)).isEmpty();
        byte[] other = new FrameWriter(0x5052484e, 1, 1, 7).text(1, "a").text(2, "b").toBytes();
        assertThat(HintCodec.decode(other)).isEmpty();
        assertThat(HintCodec.isHint(new byte[] {0x50, 0x52, 0x54, 0x42, 2})).isFalse();
        assertThat(HintCodec.isHint(new byte[3])).isFalse();
        byte[] cut = HintCodec.encode(List.of(WEB));
        assertThat(HintCodec.decode(Arrays.copyOf(cut, cut.length - 1))).isEmpty();
        List<ServerHint> many = new ArrayList<>();
        for (int server = 0; server < 2 * Hints.MESSAGE_MAX; server++) {
            many.add(new ServerHint("shop", "web" + server));
        }
        assertThat(HintCodec.decode(HintCodec.encode(many))).hasSize(Hints.MESSAGE_MAX);
    }
}
