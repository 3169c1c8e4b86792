package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.State;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.link.FakeVipd;
import proa.testing.Ports;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What monitoring hears of a node that operators keep out of service. */
class DrainedNodeTest {

    @TempDir private Path directory;

    private Setup setup(ShopServer shop, EchoServer echo) throws Exception {
        NodeFile file =
                new NodeFile(
                        directory.resolve("proa.conf"), List.of(shop.address()), echo.address());
        file.write(
                file.text(1, 1)
                        .replace(
                                "tables {",
                                """
                                groups { web { vrid = 51, prefer = [lb1, lb2], vips { main = "192.0.2.77" } } }
                                admin { listen = "127.0.0.1:%d" }
                                tables {\
                                """
                                        .formatted(Ports.free())));
        Outcome read = ConfigReader.read(file.path(), "lb1");
        if (!(read instanceof Outcome.Ok ok)) {
            throw new AssertionError(read);
        }
        return new Setup(
                ok.config(),
                ok.hash(),
                "lb1",
                directory,
                directory.resolve("state"),
                Duration.ofSeconds(20));
    }

    private static String health(NodeRuntime node, String what) throws IOException {
        return ObservedSite.send(
                node.monitoring().orElseThrow(),
                "GET /health/" + what + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    @SuppressWarnings("try") // that vipd goes before the end is a part of it
    void a_drained_node_is_alive_and_could_serve_and_is_not_ready() throws Exception {
        try (ShopServer shop = new ShopServer("s0", 0);
                EchoServer echo = new EchoServer();
                FakeVipd vipd = new FakeVipd(directory.resolve("vipd.sock"));
                NodeRuntime node =
                        NodeRuntime.start(
                                setup(shop, echo),
                                new LoneEngines(new LoneMember()),
                                Instant.now())) {
            vipd.expectReadiness(true);
            vipd.say(new Ownership("web", State.BACKUP, "lb2", 1, "elected"));
            Await.until("ready", () -> health(node, "ready").startsWith("HTTP/1.1 200"));

            vipd.say(new LinkMessage.Standing(true, "root since 2026-01-01T00:00:00Z"));
            Await.until("out", () -> health(node, "ready").startsWith("HTTP/1.1 503"));
            assertThat(health(node, "ready"))
                    .contains("\"lacking\":[\"out of service: root since 2026-01-01T00:00:00Z\"]");
            assertThat(health(node, "live")).startsWith("HTTP/1.1 200");
            assertThat(NodeSocket.ask(directory, "/status"))
                    .contains("\"outOfService\":\"root since 2026-01-01T00:00:00Z\"");
            assertThat(ObservedSite.metrics(node)).contains("proa_out_of_service 1");
            assertThat(node.lacking()).as("vipd is not told back what it has said").isEmpty();

            vipd.say(new LinkMessage.Standing(false, ""));
            Await.until("back", () -> health(node, "ready").startsWith("HTTP/1.1 200"));
            assertThat(NodeSocket.ask(directory, "/status")).contains("\"outOfService\":\"\"");
            assertThat(ObservedSite.metrics(node)).contains("proa_out_of_service 0");

            vipd.say(new LinkMessage.Alarm("somebody took [/10.77.0.100] off proa1: put back"));
            Await.until("told", () -> events().contains("put back"));
            assertThat(events())
                    .contains(
                            "\"kind\":\"node\",\"subject\":\"lb1\",\"text\":\"out of service: root"
                                    + " since 2026-01-01T00:00:00Z\"",
                            "\"kind\":\"node\",\"subject\":\"lb1\",\"text\":\"in service\"",
                            "\"kind\":\"alarm\",\"subject\":\"vipd\",\"text\":\"somebody took"
                                    + " [/10.77.0.100] off proa1: put back\"");

            vipd.say(new LinkMessage.Standing(true, "root"));
            Await.until("out again", () -> health(node, "ready").startsWith("HTTP/1.1 503"));
            vipd.close();
            Await.until(
                    "nobody says so any more",
                    () -> !health(node, "ready").contains(Observing.OUT_OF_SERVICE));
        }
    }

    private String events() throws IOException {
        return NodeSocket.ask(directory, "/events");
    }
}
