package proa.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.Http2Options;

/** Frames by themselves, windows, settings, streams and floods. */
class FramesTest {

    private static final int MAX = FrameHeader.PAYLOAD_BYTES_FIRST;

    private static FrameHeader header(int length, int type, int flags, int stream) {
        FrameHeader header = new FrameHeader();
        long first = (long) length << 40 | (long) type << 32 | (long) flags << 24 | stream >>> 8;
        header.read(first, (byte) stream);
        return header;
    }

    @Test
    void aHeaderIsNineBytes() {
        FrameHeader header = header(0xabcdef, 1, 0x25, 0x7fff_fff1);
        assertThat(header.length()).isEqualTo(0xabcdef);
        assertThat(header.type()).isEqualTo(FrameType.HEADERS);
        assertThat(header.has(FrameHeader.END_STREAM)).isTrue();
        assertThat(header.has(FrameHeader.PADDED)).isFalse();
        assertThat(header.stream()).isEqualTo(0x7fff_fff1);
        header.read(0x00_0000_0000_8000_00L | 0xff, (byte) 1);
        assertThat(header.stream()).as("the reserved bit").isEqualTo(0xff << 8 | 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 16385, 0, 1, FRAME_SIZE_ERROR", // §4.2
        "1, 0, 5, 0, 0, PROTOCOL_ERROR", // §6.1
        "2, 1, 5, 0, 0, PROTOCOL_ERROR", // §6.2
        "3, 2, 5, 0, 0, PROTOCOL_ERROR", // §6.3
        "4, 3, 4, 0, 0, PROTOCOL_ERROR", // §6.4
        "5, 3, 5, 0, 1, FRAME_SIZE_ERROR",
        "6, 4, 6, 0, 1, PROTOCOL_ERROR", // §6.5
        "7, 4, 5, 0, 0, FRAME_SIZE_ERROR",
        "8, 4, 6, 1, 0, FRAME_SIZE_ERROR",
        "9, 5, 4, 0, 1, PROTOCOL_ERROR", // §8.4
        "10, 6, 8, 0, 1, PROTOCOL_ERROR", // §6.7
        "11, 6, 7, 0, 0, FRAME_SIZE_ERROR",
        "12, 7, 8, 0, 1, PROTOCOL_ERROR", // §6.8
        "13, 8, 5, 0, 0, FRAME_SIZE_ERROR", // §6.9
        "14, 9, 1, 0, 0, PROTOCOL_ERROR", // §6.10
        "15, 77, 16385, 0, 0, FRAME_SIZE_ERROR"
    })
    void aFrameMayBeWrongByItself(
            int row, int type, int length, int flags, int stream, ErrorCode code) {
        Violation wrong = header(length, type, flags, stream).check(MAX);
        assertThat(wrong).as("row " + row).isNotNull();
        assertThat(wrong.code()).isEqualTo(code);
        assertThat(wrong.endsConnection()).isTrue();
    }

    @Test
    void aPriorityOfTheWrongSizeEndsItsStreamAlone() {
        assertThat(header(4, 2, 0, 3).check(MAX))
                .extracting(Violation::code, Violation::stream)
                .containsExactly(ErrorCode.FRAME_SIZE_ERROR, 3);
    }

    @Test
    void kindsThatNobodyKnowsAreSound() {
        FrameHeader header = header(3, 77, 0xff, 9);
        assertThat(header.check(MAX)).isNull();
        assertThat(header.type()).isNull();
    }

    @Test
    void aSendWindowCanBecomeNegativeAndTooLarge() {
        SendWindow window = new SendWindow(100);
        window.sent(60);
        assertThat(window.grow(-100)).isTrue();
        assertThat(window.available()).isZero();
        assertThat(window.grow(100)).isTrue();
        assertThat(window.available()).isEqualTo(40);
        assertThat(window.grow(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void aReceiveWindowIsGivenBackByHalves() {
        ReceiveWindow window = new ReceiveWindow(100);
        assertThat(window.received(60)).isTrue();
        assertThat(window.consumed(49)).isZero();
        assertThat(window.consumed(1)).isEqualTo(50);
        assertThat(window.received(90)).isTrue();
        assertThat(window.received(1)).isFalse();
    }

    @Test
    void settingsHaveRanges() {
        PeerSettings peer = new PeerSettings();
        assertThat(peer.set(PeerSettings.ENABLE_PUSH, 2).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(peer.set(PeerSettings.INITIAL_WINDOW_SIZE, 1L << 31).code())
                .isEqualTo(ErrorCode.FLOW_CONTROL_ERROR);
        assertThat(peer.set(PeerSettings.MAX_FRAME_SIZE, 16_383).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(peer.set(PeerSettings.MAX_FRAME_SIZE, 1 << 24).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(peer.set(PeerSettings.ENABLE_CONNECT_PROTOCOL, 2).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(peer.set(99, 0xffff_ffffL)).isNull();
        assertThat(peer.set(PeerSettings.HEADER_TABLE_SIZE, 0xffff_ffffL)).isNull();
        assertThat(peer.tableBytes()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void extendedConnectIsOfferedForGood() {
        PeerSettings peer = new PeerSettings();
        assertThat(peer.set(PeerSettings.ENABLE_CONNECT_PROTOCOL, 0)).isNull();
        assertThat(peer.connectProtocol()).isFalse();
        assertThat(peer.set(PeerSettings.ENABLE_CONNECT_PROTOCOL, 1)).isNull();
        assertThat(peer.connectProtocol()).isTrue();
        assertThat(peer.set(PeerSettings.ENABLE_CONNECT_PROTOCOL, 0).code())
                .as("RFC 8441 §3")
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aStreamIsClosedWhenBothHaveSaidEverything() {
        StreamState asked = StreamState.OPEN.endReceived();
        assertThat(asked.receives()).isFalse();
        assertThat(asked.sends()).isTrue();
        assertThat(asked.endSent()).isEqualTo(StreamState.CLOSED);
        StreamState answered = StreamState.OPEN.endSent();
        assertThat(answered.receives()).isTrue();
        assertThat(answered.sends()).isFalse();
        assertThat(answered.endReceived()).isEqualTo(StreamState.CLOSED);
    }

    @Test
    void aFloodIsWhatExceedsItsBudgetWithinASpan() {
        FloodGuard guard = new FloodGuard(new Http2Options(100, 65_536, 2, 10, 16), 0);
        assertThat(guard.reset(0)).isNull();
        assertThat(guard.reset(1)).isNull();
        assertThat(guard.reset(2).code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
        assertThat(guard.reset(FloodGuard.SPAN_NANOS)).isNull();
    }

    @Test
    void windowUpdatesThatAnswersCallForAreNoFlood() {
        FloodGuard guard = new FloodGuard(new Http2Options(100, 65_536, 2, 10, 16), 0);
        for (int frame = 0; frame < 1_000; frame++) {
            guard.dataSent();
            assertThat(guard.windowUpdate(0)).isNull();
            assertThat(guard.windowUpdate(0)).isNull();
        }
        Violation flood = null;
        for (int more = 0; more < 21 && flood == null; more++) {
            flood = guard.windowUpdate(0);
        }
        assertThat(flood).isNotNull();
    }

    @Test
    void codesThatNobodyKnowsAreInternalErrors() {
        assertThat(ErrorCode.of(0x1234)).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(ErrorCode.of(8)).isEqualTo(ErrorCode.CANCEL);
    }
}
