package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.State;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.admin.Level;
import proa.node.link.FakeVipd;
import proa.testing.Ports;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is said of a frontend that the kernel carries: it never has a socket, and lacks none. */
class CarriedFrontendTest {

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
                                groups {
                                  db { vrid = 51, prefer = [lb1, lb2], vips { main = "192.0.2.77" }, gateway-vip = "192.0.2.78" }
                                }
                                admin { listen = "127.0.0.1:%d" }
                                tables {\
                                """
                                        .formatted(Ports.free()))
                        .replace(
                                "frontends {",
                                """
                                frontends {
                                  sql { bind { group = db, vip = main, port = 3306 }, mode = tcp, forwarding = nat, backend = sql }\
                                """)
                        .replace(
                                "backends {",
                                """
                                backends {
                                  sql { servers = [ { name = s1, address = "127.0.0.1:%d" } ] }\
                                """
                                        .formatted(echo.address().getPort())));
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
                Duration.ofSeconds(20),
                () -> ConfigReader.read(file.path(), "lb1"),
                Optional.of(new Setup.Stats(directory.resolve("stats.sock"), Level.OPERATE)));
    }

    @Test
    void itIsNotMissed() throws Exception {
        try (ShopServer shop = new ShopServer("s0", 0);
                EchoServer echo = new EchoServer();
                FakeVipd vipd = new FakeVipd(directory.resolve("vipd.sock"));
                NodeRuntime node =
                        NodeRuntime.start(
                                setup(shop, echo),
                                new LoneEngines(new LoneMember()),
                                Instant.now())) {
            vipd.expectReadiness(true);
            vipd.say(new Ownership("db", State.BACKUP, "lb2", 1, "elected"));
            String ready = "GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n";
            Await.until(
                    "ready",
                    () ->
                            ObservedSite.send(node.monitoring().orElseThrow(), ready)
                                    .startsWith("HTTP/1.1 200"));
            assertThat(ObservedSite.metrics(node))
                    .contains("proa_frontend_bound{frontend=\"echo\"} 1")
                    .doesNotContain("proa_frontend_bound{frontend=\"sql\"}");
            assertThat(NodeSocket.ask(directory, "/status"))
                    .containsPattern("\\{\"name\":\"sql\",[^}]*\"bound\":false,\"byKernel\":true,");
            assertThat(HaproxyClient.ask(directory.resolve("stats.sock"), "show stat"))
                    .containsPattern("(?m)^sql,FRONTEND,.*,OPEN,");
        }
    }
}
