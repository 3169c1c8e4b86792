package proa.node.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What sessions of datagrams are found by. */
class ClientKeyTest {

    private static final int SENDERS = 8_192;

    private static InetSocketAddress four(int address, int port) throws UnknownHostException {
        return new InetSocketAddress(
                InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(address).array()), port);
    }

    /** One host of a network of 64 bits. */
    private static InetSocketAddress six(int third, int fourth) throws UnknownHostException {
        byte[] address =
                ByteBuffer.allocate(16)
                        .putLong(0x20010db8_00000000L)
                        .putInt(third)
                        .putInt(fourth)
                        .array();
        return new InetSocketAddress(InetAddress.getByAddress(address), 4_000);
    }

    private static void areApart(List<InetSocketAddress> senders) {
        assertThat(senders.stream().map(InetSocketAddress::hashCode).distinct())
                .as("the senders are chosen so")
                .hasSize(1);
        assertThat(senders.stream().map(sender -> ClientKey.of(sender).hashCode()).distinct())
                .hasSizeGreaterThan(SENDERS - 100);
    }

    @Test
    void sendersThatChooseTheirAddressesAndPortsAreApart() throws Exception {
        List<InetSocketAddress> fours = new ArrayList<>();
        List<InetSocketAddress> sixes = new ArrayList<>();
        for (int each = 0; each < SENDERS; each++) {
            fours.add(four(0x0a090000 + each, 20_000 - each));
            int digits = each / 128 << 8 | each % 128; // of bytes without a sign
            sixes.add(six(digits, 0x7f7f - digits));
        }
        areApart(fours);
        areApart(sixes);
    }

    /** So that a map finds one among those whose hashes are the same all the same. */
    @Test
    void everyTwoAreInOneOrder() throws Exception {
        ClientKey first = ClientKey.of(four(0x0a090001, 7));
        assertThat(first).isEqualTo(ClientKey.of(four(0x0a090001, 7)));
        assertThat(first).isEqualByComparingTo(ClientKey.of(four(0x0a090001, 7)));
        assertThat(first).hasSameHashCodeAs(ClientKey.of(four(0x0a090001, 7)));
        assertThat(first).isLessThan(ClientKey.of(four(0x0a090001, 8)));
        assertThat(first).isLessThan(ClientKey.of(four(0x0a090002, 6)));
        assertThat(first).isLessThan(ClientKey.of(six(0, 0)));
    }
}
