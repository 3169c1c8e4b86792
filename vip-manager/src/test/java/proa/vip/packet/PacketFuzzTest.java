package proa.vip.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * Valid packets with a few bytes changed, cut or added, and their checksums repaired, so that the
 * decoders' deeper parts are reached: nothing is thrown, and what is accepted is read back the
 * same.
 */
class PacketFuzzTest {

    private static final int RUNS = 60_000;
    private static final MacAddress MAC = new MacAddress(0x0200_0000_0001L);
    private static final Inet6Address SIX = six("fd00:77::100");
    private static final Inet6Address SOURCE_SIX = six("fe80::1");
    private static final Inet6Address GROUP_SIX = six("ff02::12");
    private static final VrrpAdvert ADVERT =
            new VrrpAdvert(51, 250, 10, List.of(VrrpCodecTest.ip("10.77.0.100")));
    private static final VrrpAdvert ADVERT_SIX =
            new VrrpAdvert(51, 250, 10, List.of(SIX, six("fd00:77::101")));

    private static Inet6Address six(String text) {
        return (Inet6Address) VrrpCodecTest.ip(text);
    }

    private static byte[] mutated(Random random, byte[] whole, int from) {
        int length =
                switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(whole.length + 1);
                    case 1 -> whole.length + random.nextInt(40);
                    default -> whole.length;
                };
        byte[] bytes = java.util.Arrays.copyOf(whole, length);
        for (int change = random.nextInt(4); change >= 0 && length > from; change--) {
            bytes[from + random.nextInt(length - from)] = (byte) random.nextInt();
        }
        return bytes;
    }

    /** Puts a checksum at that place that makes the sum right. */
    private static void repair(byte[] bytes, int from, int at, long pseudo) {
        if (bytes.length >= at + 2) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            buffer.putShort(at, (short) 0);
            ByteBuffer covered = buffer.slice(from, bytes.length - from);
            buffer.putShort(at, (short) Checksum.fold(Checksum.sum(covered, pseudo)));
        }
    }

    private static byte[] ipv4(byte[] message) {
        ByteBuffer packet = ByteBuffer.allocate(20 + message.length);
        packet.put((byte) 0x45).put((byte) 0xc0).putShort((short) packet.capacity()).putInt(0);
        packet.put((byte) 255).put((byte) 112).putShort((short) 0);
        packet.put(new byte[] {10, 77, 0, 11, (byte) 224, 0, 0, 18});
        return packet.put(message).array();
    }

    @Test
    void vrrp_over_ipv4_of_both_versions() {
        Random random = new Random(3768);
        byte[] third = VrrpCodec.encode(ADVERT, ChecksumKind.RFC9568, any4(), any4());
        byte[] second = VrrpCodec.encodeVersion2(ADVERT);
        int accepted = 0;
        for (int run = 0; run < RUNS; run++) {
            byte[] bytes = mutated(random, ipv4(run % 2 == 0 ? third : second), 20);
            if (bytes.length >= 20) {
                ByteBuffer.wrap(bytes).putShort(2, (short) bytes.length);
            }
            repair(bytes, 20, 26, 0);
            Decoded decoded = VrrpCodec.decodeIpv4(ByteBuffer.wrap(bytes), true);
            if (decoded instanceof Decoded.Ok ok) {
                accepted++;
                byte[] again =
                        ok.version() == VrrpCodec.VERSION_2
                                ? VrrpCodec.encodeVersion2(ok.advert())
                                : VrrpCodec.encode(ok.advert(), ok.checksum(), ok.source(), any4());
                assertThat(again).hasSize(bytes.length - 20);
            }
        }
        assertThat(accepted).isGreaterThan(RUNS / 20);
    }

    private static InetAddress any4() {
        return VrrpCodecTest.ip("224.0.0.18");
    }

    @Test
    void vrrp_over_ipv6() {
        Random random = new Random(9568);
        byte[] whole =
                VrrpCodec.encode(ADVERT_SIX, ChecksumKind.PSEUDO_HEADER, SOURCE_SIX, GROUP_SIX);
        int accepted = 0;
        for (int run = 0; run < RUNS; run++) {
            byte[] bytes = mutated(random, whole, 0);
            long pseudo =
                    Checksum.pseudoHeader(
                            SOURCE_SIX.getAddress(), GROUP_SIX.getAddress(), 112, bytes.length);
            repair(bytes, 0, 6, pseudo);
            Decoded decoded =
                    VrrpCodec.decodeIpv6(ByteBuffer.wrap(bytes), SOURCE_SIX, GROUP_SIX, 255);
            if (decoded instanceof Decoded.Ok ok) {
                accepted++;
                assertThat(ok.advert().addresses()).allMatch(Inet6Address.class::isInstance);
                // Reserved bits apart, the bytes are the same again.
                bytes[4] &= 0x0f;
                repair(bytes, 0, 6, pseudo);
                assertThat(
                                VrrpCodec.encode(
                                        ok.advert(),
                                        ChecksumKind.PSEUDO_HEADER,
                                        SOURCE_SIX,
                                        GROUP_SIX))
                        .isEqualTo(bytes);
            }
        }
        assertThat(accepted).isGreaterThan(RUNS / 20);
    }

    @Test
    void arp() {
        Random random = new Random(826);
        Inet4Address vip = (Inet4Address) VrrpCodecTest.ip("10.77.0.100");
        byte[] whole = ArpPacket.gratuitous(MAC, vip).toFrame(MacAddress.BROADCAST);
        int accepted = 0;
        for (int run = 0; run < RUNS; run++) {
            byte[] bytes = mutated(random, whole, 0);
            accepted += ArpPacket.fromFrame(ByteBuffer.wrap(bytes)).isPresent() ? 1 : 0;
        }
        assertThat(accepted).isGreaterThan(RUNS / 20);
    }

    @Test
    void neighbour_discovery() {
        Random random = new Random(4861);
        byte[] question = new NeighbourPacket(true, MAC, SOURCE_SIX, SIX).toFrame();
        byte[] answer = NeighbourPacket.announcement(MAC, SIX).toFrame();
        int accepted = 0;
        for (int run = 0; run < RUNS; run++) {
            byte[] bytes = mutated(random, run % 2 == 0 ? question : answer, 54);
            if (bytes.length >= 54) {
                ByteBuffer frame = ByteBuffer.wrap(bytes).putShort(18, (short) (bytes.length - 54));
                byte[] destination = new byte[16];
                frame.get(38, destination);
                byte[] source = new byte[16];
                frame.get(22, source);
                long pseudo = Checksum.pseudoHeader(source, destination, 58, bytes.length - 54);
                repair(bytes, 54, 56, pseudo);
            }
            var packet = NeighbourPacket.fromFrame(ByteBuffer.wrap(bytes));
            if (packet.isPresent()) {
                accepted++;
                byte[] reply = packet.get().toAnswer(MAC);
                assertThat(NeighbourPacket.fromFrame(ByteBuffer.wrap(reply)))
                        .contains(NeighbourPacket.announcement(MAC, packet.get().target()));
            }
        }
        assertThat(accepted).isGreaterThan(RUNS / 20);
    }
}
