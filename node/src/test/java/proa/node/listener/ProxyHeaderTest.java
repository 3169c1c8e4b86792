package proa.node.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig.ProxyProtocol;
import proa.node.listener.ProxyHeader.Reading;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

/** The PROXY protocol, section by section of proxy-protocol.txt. */
class ProxyHeaderTest {

    private static final InetSocketAddress FOUR = socket("203.0.113.9", 56_324);
    private static final InetSocketAddress LOCAL = socket("192.0.2.1", 443);
    private static final InetSocketAddress SIX = socket("2001:db8::9", 1);

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Reading read(String text) {
        return ProxyHeader.read(ascii(text));
    }

    @Test
    void aLineNamesBothEnds() {
        String line = "PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n";
        assertThat(read(line + "GET /"))
                .isEqualTo(new Reading.Whole(line.length(), new Ends(FOUR, LOCAL)));
        String six = "PROXY TCP6 2001:db8::9 2001:db8::9 1 1\r\n";
        assertThat(read(six)).isEqualTo(new Reading.Whole(six.length(), new Ends(SIX, SIX)));
    }

    @Test
    void theProxyMaySpeakForItself() {
        assertThat(read("PROXY UNKNOWN\r\n")).isEqualTo(new Reading.Whole(15, null));
        assertThat(read("PROXY UNKNOWN ff::1 ff::2 1 2\r\nX"))
                .isEqualTo(new Reading.Whole(31, null));
        for (ProxyProtocol version : new ProxyProtocol[] {ProxyProtocol.V1, ProxyProtocol.V2}) {
            byte[] own = ProxyHeader.ofOurs(version);
            assertThat(ProxyHeader.read(own)).isEqualTo(new Reading.Whole(own.length, null));
        }
    }

    @Test
    void whatIsWrittenIsReadInEveryFamilyAndPiece() {
        for (ProxyProtocol version : new ProxyProtocol[] {ProxyProtocol.V1, ProxyProtocol.V2}) {
            for (InetSocketAddress client : new InetSocketAddress[] {FOUR, SIX}) {
                byte[] header = ProxyHeader.of(version, client, LOCAL);
                assertThat(ProxyHeader.read(header))
                        .isEqualTo(new Reading.Whole(header.length, new Ends(client, LOCAL)));
                for (int count = 0; count < header.length; count++) {
                    assertThat(ProxyHeader.read(Arrays.copyOf(header, count)))
                            .isInstanceOf(Reading.Partial.class);
                }
            }
        }
        assertThat(ProxyHeader.of(ProxyProtocol.OFF, FOUR, LOCAL)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXX",
                "PROXY TCP4 203.0.113.9 192.0.2.1 56324\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 56324 443 \r\n",
                "PROXY TCP4 203.0.113.9  192.0.2.1 56324 443\r\n",
                "PROXY TCP4 203.0.113 192.0.2.1 56324 443\r\n",
                "PROXY TCP4 2001:db8::9 192.0.2.1 56324 443\r\n",
                "PROXY TCP6 203.0.113.9 192.0.2.1 56324 443\r\n",
                "PROXY TCP4 203.0.113.999 192.0.2.1 56324 443\r\n",
                "PROXY TCP4 localhost 192.0.2.1 56324 443\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 65536 443\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 -1 443\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 056324 443\r\n",
                "PROXY TCP4 203.0.113.09 192.0.2.1 56324 443\r\n",
                "PROXY UDP4 203.0.113.9 192.0.2.1 1 443\r\n",
                "PROXY UNKNOWNX\r\n",
                "PROXY UNKNOWN\n",
                "proxy UNKNOWN\r\n"
            })
    void whatIsNoHeaderIsRefused(String text) {
        assertThat(read(text)).isInstanceOf(Reading.Refused.class);
    }

    @Test
    void aLineWithoutAnEndIsRefused() {
        assertThat(read("PROXY UNKNOWN " + "x".repeat(92))).isInstanceOf(Reading.Partial.class);
        assertThat(read("PROXY UNKNOWN " + "x".repeat(93))).isInstanceOf(Reading.Refused.class);
    }

    @Test
    void whatFollowsTheAddressesIsSkipped() {
        byte[] more = with(4, 0, 17, new byte[17]);
        assertThat(ProxyHeader.read(more))
                .isEqualTo(new Reading.Whole(more.length, new Ends(FOUR, LOCAL)));
    }

    @Test
    void whatIsAttachedEndsWithTheHeader() {
        assertThat(ProxyHeader.read(with(4, 0, 18, new byte[17])))
                .isInstanceOf(Reading.Refused.class);
        assertThat(ProxyHeader.read(with(4, 0, 0, new byte[2])))
                .as("a type and half a length")
                .isInstanceOf(Reading.Refused.class);
    }

    @Test
    void aChecksumThatIsThereIsVerified() {
        byte[] header = with(3, 0, 4, new byte[4]);
        CRC32C sum = new CRC32C();
        sum.update(header);
        byte[] right = with(3, 0, 4, ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        assertThat(ProxyHeader.read(right))
                .isEqualTo(new Reading.Whole(right.length, new Ends(FOUR, LOCAL)));
        for (int at = 16; at < right.length; at++) {
            if (at != header.length - 7) { // its type: then it is no checksum
                assertThat(changed(right, at, right[at] ^ 1))
                        .as("a bit of byte " + at)
                        .isInstanceOf(Reading.Refused.class);
            }
        }
        assertThat(ProxyHeader.read(with(3, 0, 3, new byte[3])))
                .as("a checksum of three bytes")
                .isInstanceOf(Reading.Refused.class);
    }

    /** A header with that attached. */
    private static byte[] with(int type, int high, int low, byte[] value) {
        byte[] header = ProxyHeader.of(ProxyProtocol.V2, FOUR, LOCAL);
        byte[] more = Arrays.copyOf(header, header.length + 3 + value.length);
        more[15] = (byte) (more[15] + 3 + value.length);
        more[header.length] = (byte) type;
        more[header.length + 1] = (byte) high;
        more[header.length + 2] = (byte) low;
        System.arraycopy(value, 0, more, header.length + 3, value.length);
        return more;
    }

    @Test
    void badBinaryHeadersAreRefused() {
        byte[] header = ProxyHeader.of(ProxyProtocol.V2, FOUR, LOCAL);
        assertThat(changed(header, 12, 0x11)).as("version 1").isInstanceOf(Reading.Refused.class);
        assertThat(changed(header, 12, 0x22)).as("command").isInstanceOf(Reading.Refused.class);
        assertThat(changed(header, 15, 11)).as("too short").isInstanceOf(Reading.Refused.class);
        assertThat(changed(header, 14, 0x40)).as("too long").isInstanceOf(Reading.Refused.class);
        assertThat(changed(header, 13, 0x31))
                .as("unix sockets name no address")
                .isEqualTo(new Reading.Whole(header.length, null));
    }

    private static Reading changed(byte[] header, int at, int value) {
        byte[] changed = header.clone();
        changed[at] = (byte) value;
        return ProxyHeader.read(changed);
    }

    @Test
    void noBytesThrow() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = ProxyHeader.of(ProxyProtocol.V2, FOUR, LOCAL);
            if (round % 2 == 0) {
                bytes = ProxyHeader.of(ProxyProtocol.V1, SIX, LOCAL);
            }
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(ProxyHeader.read(bytes)).isNotNull();
        }
    }
}
