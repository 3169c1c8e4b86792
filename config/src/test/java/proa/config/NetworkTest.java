package proa.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.168.1.0, 24, 192.168.1.255, true",
        "192.168.1.0, 24, 192.168.2.0, false",
        "10.0.0.0, 9, 10.127.255.255, true",
        "10.0.0.0, 9, 10.128.0.0, false",
        "0.0.0.0, 0, 203.0.113.9, true",
        "203.0.113.9, 32, 203.0.113.9, true",
        "203.0.113.9, 32, 203.0.113.8, false",
        "2001:db8::, 33, 2001:db8:7fff::1, true",
        "2001:db8::, 33, 2001:db8:8000::1, false",
        "0.0.0.0, 0, ::1, false"
    })
    void anAddressIsInsideOrOutside(String network, int prefix, String address, boolean inside)
            throws Exception {
        assertThat(
                        new Network(InetAddress.ofLiteral(network), prefix)
                                .contains(InetAddress.ofLiteral(address)))
                .isEqualTo(inside);
    }

    @Test
    void aPrefixLongerThanTheAddressIsRefused() {
        assertThatThrownBy(() -> new Network(InetAddress.ofLiteral("10.0.0.0"), 33))
                .hasMessageContaining("0 to 32");
    }
}
