package proa.vip.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.vip.packet.CaptureFilter.Step;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/** What passes the kernel's filter, run as the kernel would. */
class CaptureFilterTest {

    private static final int SNAP = 4_096;
    private static final String VIP = "10.77.0.100";
    private static final String VIP_6 = "fd00:77::100";

    /**
     * The kernel's machine, as far as these programs need it; what is not in the frame drops it.
     */
    private static int run(List<Step> program, ByteBuffer frame) {
        int accumulator = 0;
        int index = 0;
        for (int at = 0; ; at++) {
            Step step = program.get(at);
            int place = step.operand();
            int behind = place + index;
            switch (step.code()) {
                case 0x06 -> {
                    return place;
                }
                case 0x15 -> at += accumulator == place ? step.ifTrue() : step.ifFalse();
                case 0x45 -> at += (accumulator & place) != 0 ? step.ifTrue() : step.ifFalse();
                case 0x20, 0x28, 0x30, 0x48, 0xb1 -> {
                    int needed = step.code() == 0x48 ? behind : place;
                    if (needed + 4 > frame.limit()) {
                        return 0;
                    }
                    switch (step.code()) {
                        case 0x20 -> accumulator = frame.getInt(place);
                        case 0x28 -> accumulator = frame.getShort(place) & 0xffff;
                        case 0x30 -> accumulator = frame.get(place) & 0xff;
                        case 0x48 -> accumulator = frame.getShort(behind) & 0xffff;
                        default -> index = 4 * (frame.get(place) & 0xf);
                    }
                }
                default -> throw new AssertionError("instruction " + step.code());
            }
        }
    }

    private static boolean passes(String vip, OptionalInt port, ByteBuffer frame) {
        int kept = run(CaptureFilter.of(InetAddress.ofLiteral(vip), port, SNAP), frame);
        assertThat(kept).isIn(0, SNAP);
        return kept == SNAP;
    }

    /** Options of IPv4 move the ports, so there are some. */
    private static ByteBuffer four(
            String from, String to, int protocol, int fragment, int source, int destination) {
        ByteBuffer frame = ByteBuffer.allocate(80);
        frame.putShort(12, (short) 0x0800).put(14, (byte) 0x47);
        frame.putShort(20, (short) fragment).put(23, (byte) protocol);
        frame.put(26, InetAddress.ofLiteral(from).getAddress());
        frame.put(30, InetAddress.ofLiteral(to).getAddress());
        return frame.putShort(42, (short) source).putShort(44, (short) destination);
    }

    private static ByteBuffer six(String from, String to, int next, int source, int destination) {
        ByteBuffer frame = ByteBuffer.allocate(90);
        frame.putShort(12, (short) 0x86dd).put(20, (byte) next);
        frame.put(22, InetAddress.ofLiteral(from).getAddress());
        frame.put(38, InetAddress.ofLiteral(to).getAddress());
        return frame.putShort(54, (short) source).putShort(56, (short) destination);
    }

    @ParameterizedTest
    @CsvSource({
        // from, to, protocol, fragment, ports; of the address, of its port 443
        "10.0.0.1, 10.77.0.100, 6, 0, 50000, 443, true, true",
        "10.77.0.100, 10.0.0.1, 6, 0, 443, 50000, true, true",
        "10.77.0.100, 10.0.0.1, 17, 0, 443, 50000, true, true",
        "10.0.0.1, 10.77.0.100, 6, 0, 443, 80, true, false",
        "10.77.0.100, 10.0.0.1, 6, 0, 80, 443, true, false",
        "10.77.0.100, 10.77.0.100, 6, 0, 50000, 443, true, true",
        "10.0.0.1, 10.77.0.100, 1, 0, 0, 0, true, true",
        "10.0.0.1, 10.77.0.100, 17, 0x00b9, 1, 2, true, true",
        "10.0.0.1, 10.77.0.100, 17, 0x2000, 1, 2, true, false",
        "10.0.0.1, 10.77.0.101, 6, 0, 50000, 443, false, false",
        "10.0.0.1, 10.0.0.2, 6, 0, 443, 443, false, false",
    })
    void packetsOfTheAddressPassAndWithAPortThoseOfItsPort(
            String from,
            String to,
            int protocol,
            String fragment,
            int source,
            int destination,
            boolean all,
            boolean ofPort) {
        ByteBuffer frame = four(from, to, protocol, Integer.decode(fragment), source, destination);
        assertThat(passes(VIP, OptionalInt.empty(), frame)).isEqualTo(all);
        assertThat(passes(VIP, OptionalInt.of(443), frame)).isEqualTo(ofPort);
        assertThat(passes(VIP_6, OptionalInt.empty(), frame)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "fd00:77::1, fd00:77::100, 6, 50000, 443, true, true",
        "fd00:77::100, fd00:77::1, 17, 443, 50000, true, true",
        "fd00:77::100, fd00:77::1, 6, 50000, 443, true, false",
        "fd00:77::1, fd00:77::100, 17, 443, 80, true, false",
        "fd00:77::1, fd00:77::100, 58, 0x8000, 0, true, true",
        "fd00:77::1, fd00:77::100, 44, 1, 2, true, true",
        "fd00:77::1, fd00:77::101, 6, 443, 443, false, false",
        "fd01:77::100, fd00:77::2, 6, 443, 443, false, false",
    })
    void soDoThoseOfIpv6(
            String from,
            String to,
            int next,
            String source,
            int destination,
            boolean all,
            boolean ofPort) {
        ByteBuffer frame = six(from, to, next, Integer.decode(source), destination);
        assertThat(passes(VIP_6, OptionalInt.empty(), frame)).isEqualTo(all);
        assertThat(passes(VIP_6, OptionalInt.of(443), frame)).isEqualTo(ofPort);
        assertThat(passes(VIP, OptionalInt.empty(), frame)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.77.0.100, true",
        "10.77.0.100, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
    })
    void whoAsksForTheAddressOrTellsOfItPasses(String sender, String target, boolean expected) {
        ByteBuffer frame = ByteBuffer.allocate(60).putShort(12, (short) 0x0806);
        frame.put(28, InetAddress.ofLiteral(sender).getAddress());
        frame.put(38, InetAddress.ofLiteral(target).getAddress());
        assertThat(passes(VIP, OptionalInt.empty(), frame)).isEqualTo(expected);
        assertThat(passes(VIP, OptionalInt.of(443), frame)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "135, fd00:77::100, true",
        "136, fd00:77::100, true",
        "136, fd00:77::101, false",
        "134, fd00:77::100, false",
    })
    void soDoesItsNeighbourDiscovery(int type, String target, boolean expected) {
        ByteBuffer frame = six("fe80::1", "ff02::1:ff00:100", 58, type << 8, 0);
        frame.put(62, InetAddress.ofLiteral(target).getAddress());
        assertThat(passes(VIP_6, OptionalInt.empty(), frame)).isEqualTo(expected);
        assertThat(passes(VIP_6, OptionalInt.of(443), frame)).isEqualTo(expected);
    }

    @Test
    void aFrameThatIsTooShortIsDropped() {
        ByteBuffer frame = four("10.0.0.1", "10.0.0.2", 6, 0, 1, 2).limit(32);
        assertThat(passes(VIP, OptionalInt.empty(), frame)).isFalse();
    }

    @Test
    void aFileThatCouldNotTakeEverythingKeepsWholeBlocks() {
        ByteBuffer blocks = Pcapng.room(1_000);
        Pcapng.packet(blocks, 7, ByteBuffer.wrap(new byte[61]), 61, Pcapng.Direction.INBOUND);
        int first = blocks.position();
        Pcapng.packet(blocks, 8, ByteBuffer.wrap(new byte[64]), 90, Pcapng.Direction.OUTBOUND);
        assertThat(first).isEqualTo(32 + 64 + 12);
        assertThat(Pcapng.whole(blocks, blocks.position())).isEqualTo(blocks.position());
        assertThat(Pcapng.whole(blocks, blocks.position() - 1)).isEqualTo(first);
        assertThat(Pcapng.whole(blocks, first + 7)).isEqualTo(first);
        assertThat(Pcapng.whole(blocks, first - 1)).isZero();
    }
}
