package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.State;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.admin.JsonReader;
import proa.node.link.FakeVipd;
import proa.node.notify.Answers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A group changes its owner: program, webhook and log of a running node say who, why and when. */
class NotifyRuntimeTest {

    @TempDir private Path directory;

    private final ConcurrentLinkedQueue<String> posted = new ConcurrentLinkedQueue<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    private HttpServer webhook() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    posted.add(new String(body, StandardCharsets.UTF_8));
                    Answers.answer(exchange, 200);
                });
        server.start();
        return server;
    }

    private Setup setup(Path program, Path told, int webhook, ShopServer shop, EchoServer echo)
            throws Exception {
        Files.writeString(program, "#!/bin/sh\ncat >> " + told + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        NodeFile file =
                new NodeFile(
                        directory.resolve("proa.conf"), List.of(shop.address()), echo.address());
        file.write(
                file.text(1, 1)
                        .replace(
                                "tables {",
                                """
                                groups { web { vrid = 51, prefer = [lb1, lb2], vips { main = "192.0.2.77" } } }
                                notify {
                                  pager { program = "%s", on = [group], timeout = 1m }
                                  chat { webhook = "http://127.0.0.1:%d/", on = [group], timeout = 1m }
                                }
                                tables {\
                                """
                                        .formatted(program, webhook)));
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

    private static List<Map<?, ?>> read(Iterable<String> documents) {
        List<Map<?, ?>> all = new ArrayList<>();
        documents.forEach(each -> all.add((Map<?, ?>) JsonReader.read(each)));
        return all;
    }

    @Test
    void everyTransitionIsToldWithItsOwnerItsReasonAndItsTime() throws Exception {
        Logger events = (Logger) LoggerFactory.getLogger("proa.node.events");
        events.setLevel(Level.INFO);
        logged.start();
        events.addAppender(logged);
        Path told = directory.resolve("told");
        HttpServer webhook = webhook();
        Instant before = Instant.now();
        try (ShopServer shop = new ShopServer("s0", 0);
                EchoServer echo = new EchoServer();
                FakeVipd vipd = new FakeVipd(directory.resolve("vipd.sock"));
                NodeRuntime node =
                        NodeRuntime.start(
                                setup(
                                        directory.resolve("tell"),
                                        told,
                                        webhook.getAddress().getPort(),
                                        shop,
                                        echo),
                                new LoneEngines(new LoneMember()),
                                before)) {
            vipd.expectReadiness(true);
            vipd.say(new Ownership("web", State.ACTIVE, "lb1", 1, "the mesh to lb2 has ended"));
            Await.until("the first is told", () -> posted.size() == 1);
            vipd.say(new Ownership("web", State.ACTIVE, "lb1", 1, "the mesh to lb2 has ended"));
            vipd.say(new Ownership("web", State.BACKUP, "lb2", 2, "operator olga: move"));
            Await.until("the second is told", () -> posted.size() == 2);
            Await.until(
                    "the program has heard both",
                    () -> Files.exists(told) && Files.readAllLines(told).size() == 2);
            assertThat(node.lacking()).isEmpty();
        } finally {
            events.detachAppender(logged);
            webhook.stop(0);
        }
        told(read(posted), before);
        told(read(Files.readAllLines(told)), before);
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains(" kind=group "))
                .hasSize(2)
                .allMatch(line -> line.matches("event=\\d+ kind=group subject=web text=\".*\""))
                .last()
                .asString()
                .endsWith("text=\"BACKUP, owner lb2, term 2: operator olga: move\"");
    }

    private static void told(List<Map<?, ?>> heard, Instant before) {
        assertThat(heard)
                .as("in their order, what is said twice once")
                .map(each -> String.valueOf(each.get("text")))
                .containsExactly(
                        "ACTIVE, owner lb1, term 1: the mesh to lb2 has ended",
                        "BACKUP, owner lb2, term 2: operator olga: move");
        assertThat(heard)
                .allSatisfy(
                        each -> {
                            assertThat(each.get("kind")).isEqualTo("group");
                            assertThat(each.get("subject")).isEqualTo("web");
                            assertThat(each.get("cluster")).isEqualTo("test");
                            assertThat(each.get("node")).isEqualTo("lb1");
                            assertThat(Instant.parse(String.valueOf(each.get("at"))))
                                    .isBetween(before, Instant.now());
                        });
    }
}
