package proa.node.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.Hello;
import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.Readiness;
import proa.config.link.LinkMessage.State;
import proa.node.Await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

class VipdLinkTest {
    private static final Hello HELLO = new Hello("lb1", 7, 4711, false);
    private static final Ownership OWNED = new Ownership("web", State.ACTIVE, "lb1", 3, "elected");

    @TempDir private Path directory;
    private Path socket;
    private FakeVipd vipd;
    private VipdLink link;
    private volatile String lack = "tables";
    private volatile List<String> down = List.of();
    private volatile int up = 3;
    private final List<Ownership> told = new CopyOnWriteArrayList<>();
    private final List<String> words = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("vipd.sock");
        vipd = new FakeVipd(socket);
        link =
                VipdLink.start(
                        socket,
                        HELLO,
                        new FixedVitals(),
                        new VipdLink.Listener() {
                            @Override
                            public void owned(Ownership ownership) {
                                told.add(ownership);
                            }

                            @Override
                            public void stands(String why) {
                                words.add("stands: " + why);
                            }

                            @Override
                            public void alarm(String text) {
                                words.add("alarm: " + text);
                            }
                        });
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        vipd.close();
    }

    @Test
    void saysHelloThenBeats() throws Exception {
        assertThat(vipd.expect(LinkMessage.class)).isEqualTo(HELLO);
        for (int beat = 0; beat < 3; beat++) {
            assertThat(vipd.expect(LinkMessage.Heartbeat.class))
                    .isEqualTo(new LinkMessage.Heartbeat(4, 80));
        }
    }

    @Test
    void reportsReadinessWheneverItChanges() throws Exception {
        assertThat(vipd.expect(Readiness.class)).isEqualTo(new Readiness("web", false, "tables"));
        lack = "";
        assertThat(vipd.expect(Readiness.class)).isEqualTo(new Readiness("web", true, ""));
        lack = "health";
        assertThat(vipd.expect(Readiness.class)).isEqualTo(new Readiness("web", false, "health"));
    }

    @Test
    void reportsTheShareOfServersWheneverItChanges() throws Exception {
        assertThat(vipd.expect(LinkMessage.Servers.class))
                .isEqualTo(new LinkMessage.Servers("web", 3, 4));
        up = 2;
        assertThat(vipd.expect(LinkMessage.Servers.class))
                .isEqualTo(new LinkMessage.Servers("web", 2, 4));
    }

    @Test
    void reportsWhichServersTheKernelMayForwardToWheneverTheyChange() throws Exception {
        assertThat(vipd.expect(LinkMessage.Usable.class))
                .isEqualTo(new LinkMessage.Usable("sql", List.of("s1", "s2")));
        up = 2;
        assertThat(vipd.expect(LinkMessage.Usable.class))
                .isEqualTo(new LinkMessage.Usable("sql", List.of("s1")));
        down = List.of("s2");
        assertThat(vipd.expect(LinkMessage.Usable.class))
                .isEqualTo(new LinkMessage.Usable("sql", List.of("s1"), List.of("s2")));
    }

    @Test
    void passesOnWhoOwnsAGroup() throws Exception {
        vipd.expect(Hello.class);
        vipd.say(OWNED);
        Await.until("told", () -> told.contains(OWNED));
        assertThat(link.ownership()).isEqualTo(Map.of("web", OWNED));
    }

    @Test
    void ownsNothingWithoutVipdAndTellsANewOneEverything() throws Exception {
        vipd.expectReadiness(false);
        vipd.say(OWNED);
        Await.until("told", () -> told.contains(OWNED));
        vipd.close();

        Await.until("disowned", () -> told.getLast().state() == State.FAULT);
        assertThat(link.ownership()).isEmpty();
        vipd = new FakeVipd(socket);
        assertThat(vipd.expect(LinkMessage.class)).isEqualTo(HELLO);
        assertThat(vipd.expect(Readiness.class)).isEqualTo(new Readiness("web", false, "tables"));
    }

    @Test
    void isOutOfServiceAsLongAsVipdSaysSo() throws Exception {
        vipd.expect(Hello.class);
        assertThat(link.outOfService()).isEmpty();
        vipd.say(new LinkMessage.Standing(true, "root"));
        Await.until("out", () -> link.outOfService().equals("root"));
        vipd.say(new LinkMessage.Standing(false, ""));
        Await.until("back", () -> link.outOfService().isEmpty());
        vipd.say(new LinkMessage.Standing(true, "root"));
        Await.until("out again", () -> link.outOfService().equals("root"));
        vipd.close();
        Await.until("nobody knows", () -> link.outOfService().isEmpty());
        assertThat(words).containsExactly("stands: root", "stands: ", "stands: root");
    }

    @Test
    void passesAlarmsOnAndHowItStandsOnlyWhenThatChanges() throws Exception {
        vipd.expect(Hello.class);
        vipd.say(new LinkMessage.Standing(false, ""));
        vipd.say(new LinkMessage.Standing(true, "root"));
        vipd.say(new LinkMessage.Standing(true, "root"));
        vipd.say(new LinkMessage.Alarm("two answer"));
        Await.until("told", () -> words.contains("alarm: two answer"));
        assertThat(words).containsExactly("stands: root", "alarm: two answer");
    }

    @Test
    void waitsUntilItMayLeave() throws Exception {
        vipd.expect(Hello.class);
        Await.until("connected", link::connected);
        CompletableFuture<Boolean> left =
                CompletableFuture.supplyAsync(() -> leave(Duration.ofSeconds(10)));
        vipd.expect(LinkMessage.Leaving.class);
        assertThat(left).isNotDone();
        vipd.say(new LinkMessage.MayLeave());
        assertThat(left.get()).isTrue();
    }

    @Test
    void doesNotWaitForEverToLeave() throws Exception {
        vipd.expect(Hello.class);
        Await.until("connected", link::connected);
        assertThat(leave(Duration.ofMillis(50))).isFalse();
    }

    @Test
    void leavesAtOnceWithoutVipd() throws Exception {
        vipd.expect(Hello.class);
        vipd.close();
        Await.until("alone", () -> !link.connected());
        assertThat(leave(Duration.ofSeconds(10))).isTrue();
    }

    private boolean leave(Duration limit) {
        try {
            return link.leave(limit);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class FixedVitals implements Vitals {
        @Override
        public long oldestTickMillis() {
            return 4;
        }

        @Override
        public long servedMillis() {
            return 80;
        }

        @Override
        public Map<String, String> lacking() {
            return Map.of("web", lack);
        }

        @Override
        public Map<String, Share> servers() {
            return Map.of("web", new Share(up, 4));
        }

        @Override
        public Map<String, List<String>> usable() {
            return Map.of("sql", up == 3 ? List.of("s1", "s2") : List.of("s1"));
        }

        @Override
        public Map<String, List<String>> down() {
            return Map.of("sql", down);
        }
    }
}
