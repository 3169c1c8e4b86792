package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.nio.file.Files;
import java.nio.file.Path;

/** Answers of our own, with the pages that an operator wrote for them. */
class ErrorPagesTrafficTest {

    private static final String GET = "GET /old/a?x=1 HTTP/1.1\r\nHost: Shop.example:80\r\n";

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 408, 500, 502, 503, 504})
    void everyStatusHasAPage(int status, @TempDir Path folder) throws Exception {
        Path page = Files.writeString(folder.resolve("page.html"), "<p>" + status + "</p>");
        String rules =
                "rules = [ { when { path-prefix = \"/old\" }, deny = %1$d } ], error-pages { %1$d = \"%2$s\" }"
                        .formatted(status, page);
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(rules, server);
                DataPath.Client client = path.client()) {
            Wire.Message answer = client.ask(GET + "\r\n");
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).isEqualTo("<p>" + status + "</p>");
        }
    }

    @Test
    void whatIsWrongWithARequestOrAnAnswerHasItsPageToo(@TempDir Path folder) throws Exception {
        Path bad = Files.writeString(folder.resolve("400.html"), "<p>asked badly</p>");
        Path wrong = Files.writeString(folder.resolve("502.html"), "<p>answered badly</p>");
        String rules = "error-pages { 400 = \"%s\", 502 = \"%s\" }".formatted(bad, wrong);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("nonsense\r\n\r\n");
                                });
                RuledPath path = RuledPath.http(rules, server)) {
            try (DataPath.Client client = path.client()) {
                Wire.Message answer = client.ask(GET + "\r\n");
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.text()).isEqualTo("<p>answered badly</p>");
            }
            try (DataPath.Client client = path.client()) {
                Wire.Message answer = client.ask("BAD\r\n\r\n");
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.text()).isEqualTo("<p>asked badly</p>");
            }
        }
    }
}
