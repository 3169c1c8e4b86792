package proa.vip.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.vip.packet.Decoded.Reason;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** RFC 9568 §5.2 and §7.1. The golden bytes were computed apart from this program. */
class VrrpCodecTest {

    private static final InetAddress SOURCE = ip("10.77.0.11");
    private static final InetAddress GROUP = ip("224.0.0.18");
    private static final VrrpAdvert ADVERT =
            new VrrpAdvert(51, 250, 10, List.of(ip("10.77.0.100")));

    private static final Inet6Address SOURCE_SIX = (Inet6Address) ip("fe80::b");
    private static final Inet6Address GROUP_SIX = (Inet6Address) ip("ff02::12");
    private static final VrrpAdvert ADVERT_SIX =
            new VrrpAdvert(51, 250, 100, List.of(ip("fe80::100"), ip("2001:db8::100")));

    static InetAddress ip(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void an_ipv4_advert_has_exactly_these_bytes() {
        assertThat(hex(VrrpCodec.encode(ADVERT, ChecksumKind.RFC9568, SOURCE, GROUP)))
                .isEqualTo("3133fa01000aca0f0a4d0064");
    }

    @Test
    void with_the_pseudo_header_only_the_checksum_differs() {
        assertThat(hex(VrrpCodec.encode(ADVERT, ChecksumKind.PSEUDO_HEADER, SOURCE, GROUP)))
                .isEqualTo("3133fa01000adf280a4d0064");
    }

    @ParameterizedTest
    @EnumSource
    void an_ipv6_advert_has_the_pseudo_header_whatever_the_kind(ChecksumKind kind) {
        assertThat(hex(VrrpCodec.encode(ADVERT_SIX, kind, SOURCE_SIX, GROUP_SIX)))
                .isEqualTo(
                        "3133fa020064a7f2fe80000000000000000000000000010020010db8000000000000000000000100");
    }

    @ParameterizedTest
    @EnumSource
    void both_kinds_of_checksum_are_accepted_and_told_apart(ChecksumKind kind) {
        assertThat(VrrpCodec.decodeIpv4(packet(kind, bytes -> {})))
                .isEqualTo(new Decoded.Ok(SOURCE, ADVERT, kind));
    }

    @Test
    void an_ipv6_advert_is_read_back() {
        byte[] message = VrrpCodec.encode(ADVERT_SIX, ChecksumKind.RFC9568, SOURCE_SIX, GROUP_SIX);
        assertThat(VrrpCodec.decodeIpv6(ByteBuffer.wrap(message), SOURCE_SIX, GROUP_SIX, 255))
                .isEqualTo(new Decoded.Ok(SOURCE_SIX, ADVERT_SIX, ChecksumKind.PSEUDO_HEADER));
    }

    @Test
    void an_ipv6_hop_limit_below_255_is_refused() {
        byte[] message = VrrpCodec.encode(ADVERT_SIX, ChecksumKind.RFC9568, SOURCE_SIX, GROUP_SIX);
        assertThat(VrrpCodec.decodeIpv6(ByteBuffer.wrap(message), SOURCE_SIX, GROUP_SIX, 254))
                .isEqualTo(new Decoded.Refused(Reason.TTL));
    }

    @Test
    void the_interval_has_all_twelve_bits() {
        for (int centis : List.of(1, 0x100, 0xfff)) {
            VrrpAdvert advert = new VrrpAdvert(51, 250, centis, ADVERT.addresses());
            byte[] message = VrrpCodec.encode(advert, ChecksumKind.RFC9568, SOURCE, GROUP);
            assertThat(message[4]).isEqualTo((byte) (centis >> 8));
            assertThat(VrrpCodec.decodeIpv4(packet(message)))
                    .isEqualTo(new Decoded.Ok(SOURCE, advert, ChecksumKind.RFC9568));
        }
    }

    @Test
    void every_vrid_priority_and_number_of_addresses_is_read_back() {
        for (int value = 1; value <= 255; value++) {
            List<InetAddress> addresses = Collections.nCopies(value, ip("10.77.0.100"));
            VrrpAdvert advert = new VrrpAdvert(value, value, 10, addresses);
            byte[] message = VrrpCodec.encode(advert, ChecksumKind.RFC9568, SOURCE, GROUP);
            assertThat(VrrpCodec.decodeIpv4(packet(message)))
                    .isEqualTo(new Decoded.Ok(SOURCE, advert, ChecksumKind.RFC9568));
        }
    }

    @Test
    void any_single_changed_bit_of_an_ipv6_advert_is_noticed() {
        byte[] whole = VrrpCodec.encode(ADVERT_SIX, ChecksumKind.RFC9568, SOURCE_SIX, GROUP_SIX);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] changed = whole.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(VrrpCodec.decodeIpv6(ByteBuffer.wrap(changed), SOURCE_SIX, GROUP_SIX, 255))
                    .as("bit %d", bit)
                    .isInstanceOf(Decoded.Refused.class);
        }
    }

    @Test
    void an_ipv6_checksum_covers_the_addresses_of_the_header() {
        byte[] message = VrrpCodec.encode(ADVERT_SIX, ChecksumKind.RFC9568, SOURCE_SIX, GROUP_SIX);
        Inet6Address other = (Inet6Address) ip("fe80::c");
        assertThat(VrrpCodec.decodeIpv6(ByteBuffer.wrap(message), other, GROUP_SIX, 255))
                .isEqualTo(new Decoded.Refused(Reason.CHECKSUM));
        assertThat(VrrpCodec.decodeIpv6(ByteBuffer.wrap(message), SOURCE_SIX, other, 255))
                .isEqualTo(new Decoded.Refused(Reason.CHECKSUM));
    }

    @Test
    void options_in_the_ip_header_are_skipped() {
        byte[] message = VrrpCodec.encode(ADVERT, ChecksumKind.RFC9568, SOURCE, GROUP);
        ByteBuffer packet =
                ByteBuffer.allocate(24 + message.length).order(java.nio.ByteOrder.BIG_ENDIAN);
        packet.put((byte) 0x46).put((byte) 0xc0).putShort((short) (24 + message.length)).putInt(0);
        packet.put((byte) 255)
                .put((byte) 112)
                .putShort((short) 0)
                .put(SOURCE.getAddress())
                .put(GROUP.getAddress());
        packet.putInt(0x9404_0000).put(message).flip();
        assertThat(VrrpCodec.decodeIpv4(packet))
                .isEqualTo(new Decoded.Ok(SOURCE, ADVERT, ChecksumKind.RFC9568));
    }

    @Test
    void reserved_bits_are_sent_as_zero_and_ignored_on_receipt() {
        byte[] message = VrrpCodec.encode(ADVERT, ChecksumKind.RFC9568, SOURCE, GROUP);
        assertThat(message[4] & 0xf0).isZero();
        Decoded decoded = VrrpCodec.decodeIpv4(repaired(bytes -> bytes[24] |= (byte) 0xf0));
        assertThat(decoded).isEqualTo(new Decoded.Ok(SOURCE, ADVERT, ChecksumKind.RFC9568));
    }

    @Test
    void each_fault_has_its_own_reason() {
        refused(Reason.TTL, bytes -> bytes[8] = (byte) 254);
        refused(Reason.NOT_VRRP, bytes -> bytes[9] = 17);
        refused(Reason.NOT_VRRP, bytes -> bytes[0] = 0x65);
        refused(Reason.TOO_SHORT, bytes -> bytes[0] = 0x44);
        refused(Reason.VERSION, bytes -> bytes[20] = 0x21);
        refused(Reason.TYPE, bytes -> bytes[20] = 0x32);
        refused(Reason.VRID, bytes -> bytes[21] = 0);
        refused(Reason.TOO_SHORT, bytes -> bytes[23] = 2);
        refused(Reason.TOO_LONG, bytes -> bytes[23] = 0);
        refused(Reason.INTERVAL, bytes -> bytes[25] = 0);
        refused(Reason.CHECKSUM, bytes -> bytes[26] ^= 1);
        refused(Reason.CHECKSUM, bytes -> bytes[22] = 1);
    }

    @Test
    void a_count_of_zero_is_refused() {
        ByteBuffer none = ByteBuffer.allocate(28);
        none.put(packet(ChecksumKind.RFC9568, bytes -> {}).array(), 0, 28)
                .putShort(2, (short) 28)
                .put(23, (byte) 0);
        assertThat(VrrpCodec.decodeIpv4(none.flip())).isEqualTo(new Decoded.Refused(Reason.COUNT));
    }

    @Test
    void every_shorter_packet_is_refused_as_too_short() {
        byte[] whole = packet(ChecksumKind.RFC9568, bytes -> {}).array();
        for (int length = 0; length < whole.length; length++) {
            assertThat(VrrpCodec.decodeIpv4(ByteBuffer.wrap(whole, 0, length)))
                    .as("%d bytes", length)
                    .isEqualTo(new Decoded.Refused(Reason.TOO_SHORT));
        }
    }

    @Test
    void any_single_changed_bit_of_the_message_is_noticed_or_reserved() {
        for (int bit = 20 * 8; bit < 32 * 8; bit++) {
            int at = bit / 8;
            byte mask = (byte) (1 << bit % 8);
            Decoded decoded =
                    VrrpCodec.decodeIpv4(packet(ChecksumKind.RFC9568, bytes -> bytes[at] ^= mask));
            assertThat(decoded).as("bit %d", bit).isInstanceOf(Decoded.Refused.class);
        }
    }

    @Test
    void a_version_2_advert_has_exactly_these_bytes_and_is_read_back_where_wanted() {
        byte[] message = VrrpCodec.encodeVersion2(ADVERT);
        assertThat(hex(message)).isEqualTo("2133fa010001da180a4d00640000000000000000");
        ByteBuffer packet = packet(message);
        VrrpAdvert inSeconds =
                new VrrpAdvert(ADVERT.vrid(), ADVERT.priority(), 100, ADVERT.addresses());
        assertThat(VrrpCodec.decodeIpv4(packet, true))
                .isEqualTo(new Decoded.Ok(SOURCE, inSeconds, ChecksumKind.RFC9568, 2));
        assertThat(VrrpCodec.decodeIpv4(packet)).isEqualTo(new Decoded.Refused(Reason.VERSION));
    }

    @Test
    void each_fault_of_version_2_has_its_own_reason() {
        refused2(Reason.TYPE, bytes -> bytes[20] = 0x22);
        refused2(Reason.TOO_SHORT, bytes -> bytes[23] = 2);
        refused2(Reason.TOO_LONG, bytes -> bytes[23] = 0);
        refused2(Reason.VRID, bytes -> bytes[21] = 0);
        refused2(Reason.INTERVAL, bytes -> bytes[25] = 0);
        refused2(Reason.AUTHENTICATION, bytes -> bytes[24] = 2);
        ByteBuffer damaged = packet(VrrpCodec.encodeVersion2(ADVERT));
        damaged.put(22, (byte) 1);
        assertThat(VrrpCodec.decodeIpv4(damaged, true))
                .isEqualTo(new Decoded.Refused(Reason.CHECKSUM));
        byte[] none = new byte[16];
        none[0] = 0x21;
        none[1] = 51;
        none[5] = 1;
        ByteBuffer.wrap(none)
                .putShort(6, (short) Checksum.fold(Checksum.sum(ByteBuffer.wrap(none), 0)));
        assertThat(VrrpCodec.decodeIpv4(packet(none), true))
                .isEqualTo(new Decoded.Refused(Reason.COUNT));
    }

    @Test
    void a_clear_text_password_of_version_2_is_not_looked_at() {
        ByteBuffer packet = packet(VrrpCodec.encodeVersion2(ADVERT));
        packet.put(24, (byte) 1).put(32, (byte) 's');
        repair2(packet);
        assertThat(VrrpCodec.decodeIpv4(packet, true)).isInstanceOf(Decoded.Ok.class);
    }

    private static void refused2(Reason reason, Consumer<byte[]> change) {
        byte[] bytes = bytes(VrrpCodec.encodeVersion2(ADVERT));
        change.accept(bytes);
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        repair2(packet);
        assertThat(VrrpCodec.decodeIpv4(packet, true)).isEqualTo(new Decoded.Refused(reason));
    }

    private static void repair2(ByteBuffer packet) {
        packet.putShort(26, (short) 0);
        packet.putShort(26, (short) Checksum.fold(Checksum.sum(packet.slice(20, 20), 0)));
    }

    @Test
    void an_ipv6_advert_that_is_not_from_a_link_local_address_is_refused() {
        Inet6Address far = (Inet6Address) ip("fd00:77::11");
        byte[] message = VrrpCodec.encode(ADVERT_SIX, ChecksumKind.RFC9568, far, GROUP_SIX);
        assertThat(VrrpCodec.decodeIpv6(ByteBuffer.wrap(message), far, GROUP_SIX, 255))
                .isEqualTo(new Decoded.Refused(Reason.SOURCE));
    }

    @Test
    void an_ipv6_advert_of_mapped_addresses_stays_one_of_its_own_family() {
        byte[] message = VrrpCodec.encode(ADVERT_SIX, ChecksumKind.RFC9568, SOURCE_SIX, GROUP_SIX);
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(mapped, 0, message, 8, 16);
        message[6] = 0;
        message[7] = 0;
        long pseudo =
                Checksum.pseudoHeader(
                        SOURCE_SIX.getAddress(), GROUP_SIX.getAddress(), 112, message.length);
        ByteBuffer bytes = ByteBuffer.wrap(message);
        bytes.putShort(6, (short) Checksum.fold(Checksum.sum(bytes, pseudo)));
        assertThat(VrrpCodec.decodeIpv6(bytes, SOURCE_SIX, GROUP_SIX, 255))
                .isInstanceOf(Decoded.Ok.class);
    }

    @Test
    void random_bytes_never_throw() {
        Random random = new Random(9568);
        for (int run = 0; run < 200_000; run++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 20 && random.nextBoolean()) {
                bytes[0] = 0x45;
                bytes[8] = (byte) 255;
                bytes[9] = 112;
                bytes[2] = 0;
                bytes[3] = (byte) bytes.length;
            }
            assertThat(VrrpCodec.decodeIpv4(ByteBuffer.wrap(bytes))).isNotNull();
            assertThat(VrrpCodec.decodeIpv6(ByteBuffer.wrap(bytes), SOURCE_SIX, GROUP_SIX, 255))
                    .isNotNull();
        }
    }

    @Test
    void an_advert_that_the_wire_cannot_carry_cannot_be_made() {
        List<InetAddress> one = List.of(ip("10.77.0.100"));
        assertThatThrownBy(() -> new VrrpAdvert(0, 1, 1, one))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VrrpAdvert(1, 256, 1, one))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VrrpAdvert(1, 1, 4096, one))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VrrpAdvert(1, 1, 1, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VrrpAdvert(1, 1, 1, List.of(SOURCE, SOURCE_SIX)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(Reason reason, Consumer<byte[]> change) {
        assertThat(VrrpCodec.decodeIpv4(packet(ChecksumKind.RFC9568, change)))
                .isEqualTo(new Decoded.Refused(reason));
    }

    private static ByteBuffer packet(ChecksumKind kind, Consumer<byte[]> change) {
        byte[] bytes = bytes(VrrpCodec.encode(ADVERT, kind, SOURCE, GROUP));
        change.accept(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer packet(byte[] message) {
        return ByteBuffer.wrap(bytes(message));
    }

    private static byte[] bytes(byte[] message) {
        ByteBuffer packet = ByteBuffer.allocate(20 + message.length);
        packet.put((byte) 0x45).put((byte) 0xc0).putShort((short) packet.capacity()).putInt(0);
        packet.put((byte) 255)
                .put((byte) 112)
                .putShort((short) 0)
                .put(SOURCE.getAddress())
                .put(GROUP.getAddress());
        return packet.put(message).array();
    }

    /** Changed, with a checksum that fits the change. */
    private static ByteBuffer repaired(Consumer<byte[]> change) {
        ByteBuffer packet = packet(ChecksumKind.RFC9568, change);
        packet.putShort(26, (short) 0);
        packet.putShort(26, (short) Checksum.fold(Checksum.sum(packet.slice(20, 12), 0)));
        return packet;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
