package proa.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.history.Guilt;
import proa.chaos.lab.Await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What is lost or moved, and what a client was only too slow for. */
class ReadBackTest {

    private static final int COUNT = 100;
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Map<String, String> store = new ConcurrentHashMap<>();
    private final List<String> examples = new ArrayList<>();
    private volatile Mood mood = Mood.SOUND;
    private final AtomicInteger connections = new AtomicInteger();

    private enum Mood {
        SOUND,
        REFUSES,
        REFUSES_ONE_READ,
        SILENT,
        GARBLES,
        FORGETS,
        BREAKS_EVERY_SECOND
    }

    private static SessionClients sessions(StubService service, int timeoutMillis) {
        return sessions(service, timeoutMillis, new Pace());
    }

    private static SessionClients sessions(StubService service, int timeoutMillis, Pace pace) {
        LoadPlan.Ports ports = new LoadPlan.Ports(0, 0, service.port(), 0, 0, service.port());
        return new SessionClients(StubService.plan(ports, 0, 0), pace, timeoutMillis);
    }

    /** Commands of the Redis protocol, each an array of bulk strings. */
    private void resp(Socket client, BufferedReader in) throws IOException {
        for (String count = in.readLine(); count != null; count = in.readLine()) {
            List<String> words = new ArrayList<>();
            for (int left = Integer.parseInt(count.substring(1)); left > 0; left--) {
                in.readLine(); // a length
                words.add(in.readLine());
            }
            switch (mood) {
                case REFUSES -> StubService.say(client, "-CLUSTERDOWN no\r\n");
                case REFUSES_ONE_READ -> {
                    boolean read = words.getFirst().equals("GET");
                    if (read) {
                        mood = Mood.SOUND;
                    }
                    StubService.say(client, read ? "-CLUSTERDOWN no\r\n" : answer(words));
                }
                case SILENT -> {}
                case GARBLES -> StubService.say(client, "$x\r\n");
                case SOUND, FORGETS, BREAKS_EVERY_SECOND -> StubService.say(client, answer(words));
            }
        }
    }

    private String answer(List<String> words) {
        if (words.getFirst().equals("SET")) {
            store.put(words.get(1), words.get(2));
            return "+OK\r\n";
        }
        if (words.getFirst().equals("DEL")) {
            return store.remove(words.get(1)) == null ? ":0\r\n" : ":1\r\n";
        }
        String value = store.get(words.get(1));
        return value == null || mood == Mood.FORGETS
                ? "$-1\r\n"
                : "$" + value.length() + "\r\n" + value + "\r\n";
    }

    @Test
    void aSessionThatIsNotThereIsLost() {
        try (StubService service = new StubService(this::resp)) {
            SessionClients sessions = sessions(service, TIMEOUT_MILLIS);
            assertThat(sessions.fill(COUNT)).isZero();
            assertThat(sessions.readBack("lb1", examples)).isEqualTo(new Back(COUNT, 0, 0));
            mood = Mood.FORGETS;
            assertThat(sessions.readBack("lb1", examples)).isEqualTo(new Back(COUNT, COUNT, 0));
            assertThat(examples).isNotEmpty();
        }
    }

    /** Whether it is there nobody knows: it is not lost, and nothing is shown. */
    @Test
    void aSessionThatTheClientWaitedTooShortlyForIsNotLost() {
        try (StubService service = new StubService(this::resp)) {
            SessionClients hasty = sessions(service, 1_000);
            assertThat(hasty.fill(COUNT)).isZero();
            mood = Mood.SILENT;
            assertThat(hasty.readBack("lb1", examples)).isEqualTo(new Back(0, 0, COUNT));
            assertThat(examples).isNotEmpty().first().asString().contains("timed out");
        }
    }

    @Test
    void aBalancerThatRefusesToAnswerHasLostIt() {
        try (StubService service = new StubService(this::resp)) {
            SessionClients sessions = sessions(service, TIMEOUT_MILLIS);
            sessions.fill(4);
            mood = Mood.REFUSES;
            assertThat(sessions.readBack("lb1", examples)).isEqualTo(new Back(4, 4, 0));
            assertThat(examples).first().asString().contains("CLUSTERDOWN");
        }
    }

    @Test
    void anAnswerThatCannotBeReadIsNone() {
        try (StubService service = new StubService(this::resp)) {
            SessionClients sessions = sessions(service, TIMEOUT_MILLIS);
            sessions.fill(4);
            mood = Mood.GARBLES;
            assertThat(sessions.readBack("lb1", examples)).isEqualTo(new Back(4, 4, 0));
            assertThat(examples).first().asString().contains("no length");
        }
    }

    /** Read beside the writes, long before everything is read back. */
    @Test
    void aSessionThatIsMissingForAMomentIsToldWithWhomAndWhen() {
        try (StubService service = new StubService(this::resp);
                Pace pace = new Pace()) {
            SessionClients sessions = sessions(service, TIMEOUT_MILLIS, pace);
            assertThat(sessions.fill(COUNT)).isZero();
            mood = Mood.FORGETS;
            sessions.start();
            Await.until(SOON, "a wrong read", () -> sessions.reads().wrong() > 0);
            mood = Mood.SOUND;
            assertThat(sessions.registers().breaches())
                    .filteredOn(each -> !each.key().contains("register:"))
                    .isNotEmpty()
                    .allSatisfy(
                            each -> {
                                assertThat(each.kind()).isEqualTo(Guilt.Kind.LOST_WRITE);
                                assertThat(each.through()).isIn("vip", "lb1");
                                assertThat(each.instead()).startsWith("value-of-" + each.key());
                                assertThat(each.begunNanos())
                                        .isGreaterThanOrEqualTo(each.insteadEndedNanos());
                            });
        }
    }

    @Test
    void aWriteThatWaitsYetHasWaitedForSoLong() {
        try (StubService service = new StubService(this::resp);
                Pace pace = new Pace()) {
            SessionClients sessions = sessions(service, TIMEOUT_MILLIS, pace);
            mood = Mood.SILENT;
            sessions.start();
            sessions.fault(System.nanoTime());
            Await.until(SOON, "waits", () -> sessions.writers().getFirst().waitMaxMillis() > 100);
            assertThat(sessions.writers().getFirst().acknowledged()).isZero();
        }
    }

    /** A node that does not answer has not shown that nothing came back. */
    @Test
    void endedSessionsThatNobodyAnswersForAreUnasked() {
        try (StubService service = new StubService(this::resp);
                Pace pace = new Pace()) {
            LoadPlan.Ports ports = new LoadPlan.Ports(0, 0, service.port(), 0, 0, service.port());
            EndedSessions ended = new EndedSessions(StubService.plan(ports, 0, 0), pace);
            ended.start();
            long later = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            Await.until(SOON, "some are over", () -> ended.readBack("lb1", later).asked() > 1);
            mood = Mood.REFUSES;
            LoadReport.Gone gone = ended.readBack("lb1", later);
            assertThat(gone.asked()).isZero();
            assertThat(gone.unasked()).isGreaterThan(1);
            assertThat(gone.returned()).isZero();
        }
    }

    @Test
    void endedSessionsAreAskedForAgainAfterARefusal() {
        try (StubService service = new StubService(this::resp);
                Pace pace = new Pace()) {
            LoadPlan.Ports ports = new LoadPlan.Ports(0, 0, service.port(), 0, 0, service.port());
            EndedSessions ended = new EndedSessions(StubService.plan(ports, 0, 0), pace);
            ended.start();
            long later = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            Await.until(SOON, "some are over", () -> ended.readBack("lb1", later).asked() > 1);
            mood = Mood.REFUSES_ONE_READ;
            LoadReport.Gone gone = ended.readBack("lb1", later);
            assertThat(mood).as("one was refused").isEqualTo(Mood.SOUND);
            assertThat(gone.asked()).isGreaterThan(1);
            assertThat(gone.unasked()).isZero();
        }
    }

    /** Or one that is read meanwhile would have a value that nobody seems to have written. */
    @Test
    void eachFillWritesSessionsOfItsOwn() {
        try (StubService service = new StubService(this::resp)) {
            SessionClients sessions = sessions(service, TIMEOUT_MILLIS);
            sessions.fill(COUNT);
            sessions.fill(COUNT);
            assertThat(sessions.acknowledged()).isEqualTo(2 * COUNT);
        }
    }

    /** They are written for an hour; a soak may last a day. */
    @Test
    void sessionsWhoseTimeIsNearlyOverAreNotAskedFor() {
        try (StubService service = new StubService(this::resp)) {
            SessionClients sessions = sessions(service, TIMEOUT_MILLIS);
            sessions.fill(COUNT);
            sessions.sweep(System.nanoTime() + TimeUnit.MINUTES.toNanos(40));
            assertThat(sessions.acknowledged()).isEqualTo(COUNT);
            sessions.sweep(System.nanoTime() + TimeUnit.MINUTES.toNanos(51));
            assertThat(sessions.acknowledged()).isZero();
        }
    }

    private void echo(Socket client, BufferedReader in) throws IOException {
        if (connections.incrementAndGet() % 2 == 1 && mood == Mood.BREAKS_EVERY_SECOND) {
            return;
        }
        StubService.say(client, (mood == Mood.FORGETS ? "web2" : "web1") + "\n");
        StubService.say(client, in.readLine() + "\n");
        in.readLine();
    }

    @Test
    void aStickyClientWhoseConnectionBreaksHasNotMoved() {
        try (StubService service = new StubService(this::echo)) {
            LoadPlan.Ports ports = new LoadPlan.Ports(0, service.port(), 0, 0, service.port(), 0);
            StickyClients sticky = new StickyClients(StubService.plan(ports, 0, 0), new Pace());
            assertThat(sticky.fill(1)).isZero();
            connections.set(0);
            mood = Mood.BREAKS_EVERY_SECOND;
            assertThat(sticky.readBack("lb1", examples)).isEqualTo(new Back(1, 0, 0));
            assertThat(connections.get()).isEqualTo(2);
            mood = Mood.FORGETS;
            assertThat(sticky.readBack("lb1", examples)).isEqualTo(new Back(1, 1, 0));
            assertThat(examples).containsExactly("source 0: web1 → web2");
        }
    }
}
