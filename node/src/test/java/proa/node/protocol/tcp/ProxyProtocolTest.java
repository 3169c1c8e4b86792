package proa.node.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.ProxyProtocol;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Who connects through a chain of proxies, told in front of bytes that nobody reads. */
class ProxyProtocolTest {

    private static final String TRUSTING = "trusted = \"127.0.0.1\", proxy-protocol = true";
    private static final String LINE = "PROXY TCP4 203.0.113.9 192.0.2.1 5000 3306\r\n";

    private static ScriptedServer echo() throws IOException {
        return new ScriptedServer(peer -> peer.in.transferTo(peer.out));
    }

    private static String read(DataPath.Client client, int count) throws IOException {
        return new String(client.in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theNextServerLearnsOfTheFirstClient() throws Exception {
        try (ScriptedServer server = echo();
                RuledPath path = RuledPath.tcp(TRUSTING, ProxyProtocol.V1, server);
                DataPath.Client client = path.client()) {
            client.send(LINE + "early");
            assertThat(read(client, LINE.length() + 5)).isEqualTo(LINE + "early");
            client.send("late");
            assertThat(read(client, 4)).isEqualTo("late");
        }
    }

    @Test
    void aHeaderEndsHereWhenTheServerWantsNone() throws Exception {
        try (ScriptedServer server = echo();
                RuledPath path = RuledPath.tcp(TRUSTING, ProxyProtocol.OFF, server);
                DataPath.Client client = path.client()) {
            client.send(LINE);
            client.send("bytes");
            assertThat(read(client, 5)).isEqualTo("bytes");
            client.socket.shutdownOutput();
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aStrangersHeaderIsOnlyBytes() throws Exception {
        try (ScriptedServer server = echo();
                RuledPath path = RuledPath.tcp("", ProxyProtocol.V1, server);
                DataPath.Client client = path.client()) {
            String ours =
                    "PROXY TCP4 127.0.0.1 127.0.0.1 "
                            + client.socket.getLocalPort()
                            + " "
                            + path.port()
                            + "\r\n";
            client.send(LINE);
            assertThat(read(client, ours.length() + LINE.length())).isEqualTo(ours + LINE);
        }
    }

    @Test
    void aTrustedProxyThatKeepsItsHeaderBackIsNotWaitedForLonger() throws Exception {
        String options = TRUSTING + ", timeouts { request = 2s }";
        long begun = System.nanoTime();
        try (ScriptedServer server = echo();
                RuledPath path = RuledPath.tcp(options, ProxyProtocol.OFF, server);
                DataPath.Client silent = path.client();
                DataPath.Client half = path.client()) {
            half.send("PROXY TCP4 203.0.113.9 ");
            assertThat(silent.ended()).isTrue();
            assertThat(half.ended()).isTrue();
            assertThat(System.nanoTime() - begun).isGreaterThan(2_000_000_000L);
            assertThat(server.connections.get()).isZero();
        }
    }

    @Test
    void aTrustedProxyWithoutAHeaderIsNotServed() throws Exception {
        try (ScriptedServer server = echo();
                RuledPath path = RuledPath.tcp(TRUSTING, ProxyProtocol.OFF, server);
                DataPath.Client client = path.client()) {
            assertThat(client.send("bytes").ended()).isTrue();
            assertThat(server.connections.get()).isZero();
        }
    }
}
