package proa.node.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.FrontendConfig;
import proa.config.Http2Options;
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

    private static String clientOfForwarded(String fields) {
        Network trusted = new Network(InetAddress.ofLiteral("10.0.0.0"), 8);
        Forwarding forwarding =
                new Forwarding(
                        new HttpOptions(
                                List.of(trusted),
                                false,
                                List.of(),
                                List.of(),
                                List.of(),
                                Http2Options.DEFAULTS,
                                Forwarded.FORWARDED));
        return forwarding.client(PROXY, head(fields)).getHostAddress();
    }

    /** The standard form; quotation marks and commas in it are those of the grammar. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "for=203.0.113.9|203.0.113.9",
                "For=203.0.113.9;proto=https;by=10.0.0.2|203.0.113.9",
                "proto=https; host=\"a,b;c\" ; FOR=\"203.0.113.9:47011\"|203.0.113.9",
                "for=\"[2001:db8::9]:4711\"|2001:db8:0:0:0:0:0:9",
                "for=\"[2001:db8::9]\"|2001:db8:0:0:0:0:0:9",
                "for=6.6.6.6, for=203.0.113.9|203.0.113.9",
                "for=6.6.6.6,for=203.0.113.9;by=_x,for=10.9.9.9 , for=\"10.0.0.2:_p\"|203.0.113.9",
                "for=10.0.0.3, for=10.0.0.2|10.0.0.3",
                "for=unknown|10.0.0.1",
                "for=_hidden, for=10.0.0.2|10.0.0.2",
                "for=203.0.113.9, for=unknown, for=10.0.0.2|10.0.0.2",
                "for=203.0.113.9, proto=https|10.0.0.1",
                "for=203.0.113.9,|10.0.0.1",
                "for=203.0.113.9;for=6.6.6.6|10.0.0.1",
                "for|10.0.0.1",
                "for=|10.0.0.1",
                "for=localhost|10.0.0.1",
                "for=\"203.0.113.9|10.0.0.1",
                "for=\"6.6.6.6, for=203.0.113.9|203.0.113.9",
                "for=\"6.6.6.6, for=\"[2001:db8::9]:1\"|2001:db8:0:0:0:0:0:9",
                "for=6.6.6.6\\, for=\"203.0.113.9\"|203.0.113.9",
                "host=\"x\\\", for=6.6.6.6\", for=10.0.0.2|10.0.0.2",
                "6.6.6.6, for=10.0.0.2|10.0.0.2"
            })
    void forwardedNamesTheClientWhereItIsWhatSendersWrite(String said, String client) {
        assertThat(clientOfForwarded("Forwarded: " + said + "\r\n")).isEqualTo(client);
    }

    /** The field that senders do not write may have been the client's. */
    @Test
    void theOtherFieldIsNotRead() {
        String both = "Forwarded: for=203.0.113.9\r\nX-Forwarded-For: 203.0.113.7\r\n";
        assertThat(clientOfForwarded(both)).isEqualTo("203.0.113.9");
        assertThat(forwarding().client(PROXY, head(both)).getHostAddress())
                .isEqualTo("203.0.113.7");
        assertThat(clientOfForwarded("X-Forwarded-For: 6.6.6.6\r\n")).isEqualTo("10.0.0.1");
        assertThat(forwarding().client(PROXY, head("Forwarded: for=6.6.6.6\r\n"))).isEqualTo(PROXY);
        assertThat(clientOfForwarded("Forwarded: for=203.0.113.9\r\nForwarded: for=10.0.0.2\r\n"))
                .isEqualTo("203.0.113.9");
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
