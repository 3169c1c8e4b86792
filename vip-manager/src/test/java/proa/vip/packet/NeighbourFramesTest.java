package proa.vip.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;

/**
 * ARP (RFC 826, RFC 5227) and neighbour discovery (RFC 4861). The golden bytes were computed apart
 * from this program.
 */
class NeighbourFramesTest {

    private static final MacAddress MAC = MacAddress.of(new byte[] {2, 0, 0, 0, 0, 10});
    private static final Inet4Address FOUR = (Inet4Address) VrrpCodecTest.ip("10.77.0.100");
    private static final Inet4Address GATEWAY = (Inet4Address) VrrpCodecTest.ip("10.77.0.1");
    private static final Inet6Address SIX = (Inet6Address) VrrpCodecTest.ip("2001:db8::100");

    @Test
    void a_gratuitous_arp_has_exactly_these_bytes() {
        assertThat(hex(ArpPacket.gratuitous(MAC, FOUR).toFrame(MacAddress.BROADCAST)))
                .isEqualTo(
                        "ffffffffffff02000000000a0806000108000604000102000000000a0a4d0064ffffffffffff0a4d0064");
    }

    @Test
    void an_unsolicited_neighbour_advertisement_has_exactly_these_bytes() {
        assertThat(hex(NeighbourPacket.announcement(MAC, SIX).toFrame()))
                .isEqualTo(
                        "33330000000102000000000a86dd6000000000203aff20010db8000000000000000000000100"
                            + "ff020000000000000000000000000001"
                            + "88007723a000000020010db8000000000000000000000100020102000000000a");
    }

    @Test
    void arp_is_read_back_also_from_a_padded_frame() {
        ArpPacket request = ArpPacket.request(MAC, FOUR, GATEWAY);
        ByteBuffer padded =
                ByteBuffer.allocate(60).put(request.toFrame(MacAddress.BROADCAST)).position(0);
        assertThat(ArpPacket.fromFrame(padded)).contains(request);
        ArpPacket reply = new ArpPacket(ArpPacket.Operation.REPLY, MAC, GATEWAY, MAC, FOUR);
        assertThat(ArpPacket.fromFrame(ByteBuffer.wrap(reply.toFrame(MAC)))).contains(reply);
    }

    @Test
    void neighbour_packets_are_read_back_and_a_solicitation_goes_to_the_solicited_node_group() {
        NeighbourPacket question =
                new NeighbourPacket(true, MAC, (Inet6Address) VrrpCodecTest.ip("fe80::b"), SIX);
        byte[] frame = question.toFrame();
        assertThat(hex(frame)).startsWith("3333ff000100");
        assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(frame))).contains(question);
        NeighbourPacket answer = NeighbourPacket.announcement(MAC, SIX);
        assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(answer.toFrame()))).contains(answer);
    }

    @Test
    void a_neighbour_packet_that_passed_a_router_or_was_damaged_is_refused() {
        byte[] far = NeighbourPacket.announcement(MAC, SIX).toFrame();
        far[21] = (byte) 254;
        assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(far))).isEmpty();
        for (int at = 54; at < NeighbourPacket.FRAME_BYTES; at++) {
            byte[] damaged = NeighbourPacket.announcement(MAC, SIX).toFrame();
            damaged[at] ^= 1;
            assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(damaged)))
                    .as("byte %d", at)
                    .isEmpty();
        }
    }

    @Test
    void a_solicitation_is_answered_to_whoever_asks() {
        MacAddress asker = new MacAddress(0x0200_0000_0099L);
        Inet6Address source = (Inet6Address) VrrpCodecTest.ip("fe80::b");
        byte[] answer = new NeighbourPacket(true, asker, source, SIX).toAnswer(MAC);
        assertThat(hex(answer)).startsWith("02000000009902000000000a86dd");
        assertThat(answer[57 + 1] & 0xff).as("router, solicited, override").isEqualTo(0xe0);
        assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(answer)))
                .contains(new NeighbourPacket(false, MAC, SIX, SIX));
    }

    @Test
    void whoever_looks_whether_an_address_is_free_is_answered_before_everybody() {
        byte[] answer = whoWantsIt(14).toAnswer(MAC);
        assertThat(answer).isEqualTo(NeighbourPacket.announcement(MAC, SIX).toFrame());
    }

    @Test
    void options_of_other_kinds_are_skipped_and_a_nobody_with_an_address_is_refused() {
        assertThat(whoWantsIt(14).source().isAnyLocalAddress()).isTrue();
        assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(fromNobody(1)))).isEmpty();
    }

    private static NeighbourPacket whoWantsIt(int option) {
        return NeighbourPacket.fromFrame(ByteBuffer.wrap(fromNobody(option))).orElseThrow();
    }

    /** A solicitation from ::, as duplicate address detection sends it, with one option. */
    private static byte[] fromNobody(int option) {
        Inet6Address nobody = (Inet6Address) VrrpCodecTest.ip("::");
        byte[] frame = new NeighbourPacket(true, MAC, nobody, SIX).toFrame();
        frame[78] = (byte) option;
        byte[] destination = java.util.Arrays.copyOfRange(frame, 38, 54);
        frame[56] = 0;
        frame[57] = 0;
        long pseudo = Checksum.pseudoHeader(new byte[16], destination, 58, 32);
        int sum = Checksum.fold(Checksum.sum(ByteBuffer.wrap(frame, 54, 32), pseudo));
        ByteBuffer.wrap(frame).putShort(56, (short) sum);
        return frame;
    }

    @Test
    void arp_for_other_protocols_or_cut_short_is_refused() {
        byte[] frame = ArpPacket.gratuitous(MAC, FOUR).toFrame(MacAddress.BROADCAST);
        assertThat(ArpPacket.fromFrame(ByteBuffer.wrap(frame, 0, 41))).isEmpty();
        for (int at : new int[] {12, 14, 16, 18, 19, 20}) {
            byte[] other = frame.clone();
            other[at] ^= 4;
            assertThat(ArpPacket.fromFrame(ByteBuffer.wrap(other))).as("byte %d", at).isEmpty();
        }
    }

    @Test
    void random_bytes_never_throw() {
        Random random = new Random(826);
        for (int run = 0; run < 100_000; run++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            assertThat(ArpPacket.fromFrame(ByteBuffer.wrap(bytes))).isNotNull();
            assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(bytes))).isNotNull();
        }
    }

    @Test
    void a_virtual_router_has_a_mac_address_of_its_own_in_each_family() {
        assertThat(MacAddress.ofVirtualRouter(1, false).toString()).isEqualTo("00:00:5e:00:01:01");
        assertThat(MacAddress.ofVirtualRouter(255, false).toString())
                .isEqualTo("00:00:5e:00:01:ff");
        assertThat(MacAddress.ofVirtualRouter(51, true).toString()).isEqualTo("00:00:5e:00:02:33");
    }

    @Test
    void a_mac_address_has_48_bits_and_reads_as_usual() {
        assertThat(MAC).hasToString("02:00:00:00:00:0a");
        assertThat(MacAddress.BROADCAST).hasToString("ff:ff:ff:ff:ff:ff");
        assertThatThrownBy(() -> new MacAddress(1L << 48))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
