package proa.node.notify;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import proa.config.NotifyConfig;
import proa.config.NotifyConfig.Kind;
import proa.config.NotifyConfig.Target;
import proa.node.Await;
import proa.node.admin.Events;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Programs and webhooks hear of events; whoever does not listen holds up nobody. */
class HooksTest {

    @TempDir private Path folder;

    private Events events = new Events(InstantSource.system());

    private Hooks hooks(NotifyConfig... configs) {
        Hooks hooks = new Hooks("edge", "lb1", () -> List.of(configs));
        events.listen(hooks::tell);
        return hooks;
    }

    private static NotifyConfig to(Target target, Duration timeout, int retries) {
        return new NotifyConfig("it", target, List.of(Kind.GROUP), timeout, retries);
    }

    private static Object figure(Hooks hooks, String name) {
        Map<String, Object> status = hooks.status().getFirst();
        return status.get(name);
    }

    private Path script(String text) throws Exception {
        Path script = Files.writeString(folder.resolve("it.sh"), "#!/bin/sh\n" + text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aWebhookIsToldWithItsTokenAndToldAgainWhenItFails() throws Exception {
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        AtomicInteger requests = new AtomicInteger();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    heard.add(exchange.getRequestHeaders().getFirst("Authorization") + body);
                    Answers.answer(exchange, requests.incrementAndGet() == 1 ? 500 : 201);
                });
        server.start();
        Path token = Files.writeString(folder.resolve("token"), "sesame\n");
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hunter2";
        try (Hooks hooks =
                hooks(to(new Target.Webhook(url, Optional.of(token)), Duration.ofSeconds(30), 3))) {
            events.add(Events.Kind.VIEW, "1", "nobody wants to hear this");
            events.add(Events.Kind.GROUP, "web", "owner lb1");
            Await.until("told", () -> figure(hooks, "told").equals(1L));
            assertThat(heard)
                    .hasSize(2)
                    .allSatisfy(
                            word ->
                                    assertThat(word)
                                            .startsWith("Bearer sesame{\"cluster\":\"edge\"")
                                            .contains(
                                                    "\"node\":\"lb1\"",
                                                    "\"kind\":\"group\"",
                                                    "\"subject\":\"web\"",
                                                    "\"text\":\"owner lb1\""));
            assertThat(figure(hooks, "failed")).isEqualTo(0L);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aProgramHasTheEventOnItsInputAndNothingInItsEnvironment() throws Exception {
        Path out = folder.resolve("out");
        Path script = script("{ echo \"$1 $2 ${HOME:-none}\"; cat; } > " + out + "\n");
        try (Hooks hooks = hooks(to(new Target.Program(script), Duration.ofSeconds(30), 0))) {
            events.add(Events.Kind.GROUP, "web; rm -rf /", "owner lb1");
            Await.until("told", () -> figure(hooks, "told").equals(1L));
        }
        assertThat(Files.readString(out))
                .startsWith("group web; rm -rf / none\n{")
                .contains("\"text\":\"owner lb1\"");
    }

    @Test
    void whatHappenedBeforeSomebodyListenedIsTold() throws Exception {
        Path said = folder.resolve("said");
        Path script = script("cat >>" + said + "\n");
        events.add(Events.Kind.GROUP, "web", "two answer");
        try (Hooks hooks = hooks(to(new Target.Program(script), Duration.ofSeconds(30), 0))) {
            Await.until("told", () -> figure(hooks, "told").equals(1L));
            assertThat(Files.readString(said)).contains("\"kind\":\"group\"", "two answer");
        }
    }

    @Test
    void aProgramThatHangsIsKilledAndOneThatFailsIsCounted() throws Exception {
        Path script = script("[ \"$2\" = bad ] && exit 3\nexec sleep 600\n");
        Duration timeout = Duration.ofMillis(500);
        try (Hooks hooks = hooks(to(new Target.Program(script), timeout, 0))) {
            events.add(Events.Kind.GROUP, "slow", "");
            Await.until("given up", () -> figure(hooks, "failed").equals(1L));
            assertThat(figure(hooks, "lastFailure").toString()).contains("was killed");
        }
        events = new Events(InstantSource.system()); // else the next one hears of the first, too
        try (Hooks hooks = hooks(to(new Target.Program(script), Duration.ofSeconds(30), 0))) {
            events.add(Events.Kind.GROUP, "bad", "");
            Await.until("counted", () -> figure(hooks, "failed").equals(1L));
            assertThat(figure(hooks, "lastFailure")).isEqualTo("the program ended with code 3");
        }
    }

    @Test
    void whatIsTooMuchIsDroppedAndCountedAndNobodyWaits() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + deaf.getLocalPort() + "/";
            NotifyConfig config =
                    to(new Target.Webhook(url, Optional.empty()), Duration.ofSeconds(60), 0);
            Hooks hooks = hooks(config);
            for (int event = 0; event < Hook.WAITING_MAX + 100; event++) {
                events.add(Events.Kind.GROUP, "web", "event " + event);
            }
            assertThat((long) figure(hooks, "dropped")).isBetween(98L, 100L);
            assertThat((int) figure(hooks, "waiting")).isLessThanOrEqualTo(Hook.WAITING_MAX);
            Hooks none = new Hooks("edge", "lb1", List::of);
            none.tell(events.all().getFirst());
            assertThat(none.status()).isEmpty();
            hooks.close();
        }
    }

    @Test
    void neitherUrlNorTokenIsEverWrittenDown() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("proa.node.notify");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        Path token = Files.writeString(folder.resolve("token"), "sesame\n");
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> Answers.answer(exchange, 403));
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hunter2";
        NotifyConfig config =
                to(new Target.Webhook(url, Optional.of(token)), Duration.ofSeconds(30), 0);
        try (Hooks hooks = hooks(config)) {
            events.add(Events.Kind.GROUP, "web", "owner lb1");
            Await.until("given up", () -> figure(hooks, "failed").equals(1L));
            assertThat(figure(hooks, "lastFailure")).isEqualTo("the web server answered 403");
            assertThat(hooks.status().toString()).doesNotContain("hunter2", "sesame");
            assertThat(lines.list).isNotEmpty();
            assertThat(lines.list.toString()).doesNotContain("hunter2", "sesame");
        } finally {
            server.stop(0);
            logger.detachAppender(lines);
        }
    }
}
