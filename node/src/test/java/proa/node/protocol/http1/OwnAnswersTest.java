package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig;
import proa.node.Nobody;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Pages of the operator's own in the answers that Proa gives itself, and when these come. */
class OwnAnswersTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofMinutes(5);

    /** An answer comes this much later at the most, however busy the machine is. */
    private static final Duration BUSY = Duration.ofSeconds(50);

    @TempDir private Path folder;
    private String pages = "";

    @BeforeEach
    void write() throws IOException {
        StringBuilder text = new StringBuilder("error-pages {");
        for (int status : List.of(400, 408, 429, 502, 503, 504)) {
            Path page = Files.writeString(folder.resolve(status + ".html"), "<p>" + status);
            text.append(' ').append(status).append(" = \"").append(page).append("\"\n");
        }
        pages = text.append("}\n").toString();
    }

    private static BackendConfig backend(
            InetSocketAddress server, Duration connect, Duration silence) {
        return TestConfigs.backend(List.of(server), TestConfigs.serverTimeouts(connect, silence));
    }

    private void shows(Wire.Message answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo("<p>" + status);
        assertThat(answer.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
    }

    @Test
    void ofRequestsThatAreMalformedOrTooMany() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(pages, server);
                DataPath.Client client = path.client()) {
            shows(client.ask("BAD\r\n\r\n"), 400);
        }
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(pages + "rules = [ { deny = 429 } ]", server);
                DataPath.Client client = path.client()) {
            shows(client.ask(GET), 429);
        }
    }

    /** Not early; how late depends on the machine. */
    @Test
    void ofRequestsThatAreLate() throws Exception {
        Duration request = Duration.ofSeconds(2); // in which a client here has to say something
        long began = System.nanoTime(); // before the loop, whose clock may lag behind
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(pages + "timeouts { request = 2s }\n", server);
                DataPath.Client client = path.client()) {
            shows(client.ask("GET / HT"), 408);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(request, BUSY);
        }
    }

    @Test
    void ofServersThatAnswerNonsenseOrAreGone() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("SSH-2.0-OpenSSH\r\n\r\n");
                                });
                RuledPath path = RuledPath.http(pages, server);
                DataPath.Client client = path.client()) {
            shows(client.ask(GET), 502);
        }
        try (RuledPath path = RuledPath.http(pages, backend(Nobody.listens(), LONG, LONG));
                DataPath.Client client = path.client()) {
            shows(client.ask(GET), 503);
        }
    }

    /** Not early; how late depends on the machine. */
    @Test
    void ofServersThatAreSilent() throws Exception {
        Duration silence = Duration.ofMillis(400);
        long began = System.nanoTime(); // before the loop, whose clock may lag behind
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.in.read();
                                });
                RuledPath path = RuledPath.http(pages, backend(server.address(), LONG, silence));
                DataPath.Client client = path.client()) {
            shows(client.ask(GET), 504);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(silence, BUSY);
        }
    }
}
