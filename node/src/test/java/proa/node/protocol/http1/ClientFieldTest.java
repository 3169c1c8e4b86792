package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

/** Whom a frontend takes for the client, as rules and servers see it. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class ClientFieldTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String BOTH =
            "Forwarded: for=6.6.6.6, for=\"203.0.113.9:4711\";proto=https, for=127.0.0.2\r\n"
                    + "X-Forwarded-For: 203.0.113.7\r\n";

    private static String frontend(String trusted, String field) {
        return "trusted = \""
                + trusted
                + "\""
                + field
                + ", forwarded = [forwarded]\n"
                + "rules = [ { when { src = \"203.0.113.66\" }, deny = 403 },"
                + " { set-request-header { X-Src = \"%{src}\" } } ]";
    }

    private static Wire.Message ask(String frontend, String fields) throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(frontend, server);
                DataPath.Client client = path.client()) {
            return client.ask(GET + fields + "\r\n");
        }
    }

    @Test
    void aTrustedSenderNamesTheClientInForwarded() throws Exception {
        String frontend = frontend("127.0.0.0/8", ", client-field = forwarded");
        assertThat(ask(frontend, BOTH).text())
                .contains("\r\nX-Src: 203.0.113.9\r\n")
                .contains(
                        "\r\nForwarded: for=6.6.6.6, for=\"203.0.113.9:4711\";proto=https,"
                                + " for=127.0.0.2, for=127.0.0.1;host=\"a\";proto=http\r\n");
        assertThat(ask(frontend, "Forwarded: for=203.0.113.66\r\n").status()).isEqualTo(403);
        assertThat(ask(frontend, "X-Forwarded-For: 203.0.113.66\r\n").text())
                .as("the field that senders do not write")
                .contains("\r\nX-Src: 127.0.0.1\r\n");
    }

    @Test
    void withoutTheKeyOnlyTheOtherFieldIsRead() throws Exception {
        String frontend = frontend("127.0.0.0/8", "");
        assertThat(ask(frontend, BOTH).text()).contains("\r\nX-Src: 203.0.113.7\r\n");
        assertThat(ask(frontend, "Forwarded: for=203.0.113.66\r\n").text())
                .contains("\r\nX-Src: 127.0.0.1\r\n");
    }

    @Test
    void aStrangerNamesNobody() throws Exception {
        Wire.Message answer = ask(frontend("10.0.0.0/8", ", client-field = forwarded"), BOTH);
        assertThat(answer.text())
                .contains("\r\nX-Src: 127.0.0.1\r\n")
                .contains("\r\nForwarded: for=127.0.0.1;host=\"a\";proto=http\r\n")
                .doesNotContain("203.0.113.9");
    }
}
