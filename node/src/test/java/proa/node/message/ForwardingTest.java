package proa.node.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.FrontendConfig;
import proa.config.HttpOptions;
import proa.config.HttpOptions.Forwarded;
import proa.config.Network;
import proa.node.message.Forwarding.Peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

class ForwardingTest {

    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");

    private static Forwarding forwarding(Forwarded... fields) {
        Network trusted = new Network(InetAddress.ofLiteral("10.0.0.0"), 8);
        return new Forwarding(new HttpOptions(List.of(trusted), false, List.of(fields), List.of()));
    }

    private static RequestHead head(String fields) {
        byte[] bytes =
                ("GET / HTTP/1.1\r\nHost: a.example\r\n" + fields + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        HeadLimits limits = HeadLimits.of(FrontendConfig.Limits.DEFAULTS);
        assertThat(head.parse(bytes, 0, bytes.length, limits)).isEqualTo(Parsed.Progress.WHOLE);
        return head;
    }

    /** From the right, the first that is not a proxy of ours. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9|203.0.113.9",
                "6.6.6.6, 203.0.113.9|203.0.113.9",
                "203.0.113.9, 10.0.0.2|203.0.113.9",
                "6.6.6.6,203.0.113.9,10.9.9.9,10.0.0.2|203.0.113.9",
                "10.0.0.3, 10.0.0.2|10.0.0.3",
                "2001:db8::9|2001:db8:0:0:0:0:0:9",
                "[2001:db8::9]:443|2001:db8:0:0:0:0:0:9",
                "203.0.113.9:8080|203.0.113.9",
                "unknown|10.0.0.1",
                "203.0.113.9, unknown, 10.0.0.2|10.0.0.2",
                "203.0.113|10.0.0.1",
                "1|10.0.0.1",
                "localhost|10.0.0.1",
                "fe80::1%eth0|10.0.0.1",
                "203.0.113.9,|10.0.0.1"
            })
    void theClientIsTheLastThatIsNotTrusted(String said, String client) {
        RequestHead head = head("X-Forwarded-For: " + said + "\r\n");
        assertThat(forwarding().client(PROXY, head).getHostAddress()).isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() {
        RequestHead head = head("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 10.0.0.2\r\n");
        assertThat(forwarding().client(PROXY, head).getHostAddress()).isEqualTo("6.6.6.6");
        assertThat(forwarding().client(PROXY, head(""))).isEqualTo(PROXY);
    }

    @Test
    void anIpv6AddressIsQuotedInForwarded() {
        Peer peer =
                new Peer(
                        InetAddress.ofLiteral("2001:db8::9"),
                        new InetSocketAddress(PROXY, 443),
                        "https");
        byte[] lines = forwarding(Forwarded.FORWARDED).lines(peer, head(""), false);
        assertThat(new String(lines, StandardCharsets.ISO_8859_1))
                .isEqualTo(
                        "Forwarded: for=\"[2001:db8:0:0:0:0:0:9]\";host=\"a.example\";proto=https"
                                + "\r\n");
    }

    @Test
    void whatDoesNotDependOnTheRequestIsMadeOnce() {
        Peer peer = new Peer(PROXY, new InetSocketAddress(PROXY, 80), "http");
        assertThat(forwarding(Forwarded.X_FORWARDED_FOR).fixed(peer))
                .isEqualTo("X-Forwarded-For: 10.0.0.1\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(forwarding().fixed(peer)).isEmpty();
        assertThat(forwarding(Forwarded.X_FORWARDED_HOST).fixed(peer)).isNull();
    }
}
