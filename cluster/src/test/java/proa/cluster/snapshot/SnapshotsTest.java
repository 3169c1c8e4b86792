package proa.cluster.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;
import proa.cluster.sessions.SnapshotHeader;
import proa.config.SessionsConfig;
import proa.testing.Patience;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What is kept and brought back, with a store that notes what is asked of it. */
class SnapshotsTest {

    private static final long TAKEN = 10_000_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SnapshotHeader FORMER = new SnapshotHeader("shop", "lb1", "former", TAKEN);

    @TempDir private Path directory;

    private final CountDownLatch opened = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<String> brought = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean joined = new AtomicBoolean(true);
    private final AtomicLong ageMillis = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private volatile long asOfMillis = TAKEN;

    private final SessionStore store =
            (SessionStore)
                    Proxy.newProxyInstance(
                            SessionStore.class.getClassLoader(),
                            new Class<?>[] {SessionStore.class},
                            (_, method, arguments) -> answer(method, arguments));

    @SuppressWarnings("unchecked")
    private Object answer(Method method, Object[] arguments) throws SessionException {
        if (!joined.get()) {
            throw new SessionException.Starting("joining");
        }
        if (failing.remove(method.getName())) {
            throw new IllegalStateException("the engine is not active");
        }
        switch (method.getName()) {
            case "open" -> opened.countDown();
            case "copies" ->
                    ((Consumer<List<SessionCopy>>) arguments[0])
                            .accept(List.of(copy("kept", SessionStore.NEVER)));
            case "bring" -> {
                if (refusals.getAndDecrement() > 0) {
                    throw new SessionException.Unavailable("not now");
                }
                brought.add(((SessionCopy) arguments[0]).key());
            }
            case "members" -> {
                return 1;
            }
            case "asOfMillis" -> {
                return asOfMillis;
            }
            case "nowMillis" -> {
                return TAKEN;
            }
            case "remembers" -> {
                return arguments[1];
            }
            case "life" -> {
                return new SessionStore.Life("now", ageMillis.get());
            }
            default -> throw new UnsupportedOperationException(method.toString());
        }
        return null;
    }

    @Test
    void whatHasNotExpiredIsBroughtBackBeforeTheStoreAnswers() throws Exception {
        write(FORMER, copy("a", SessionStore.NEVER), copy("b", TAKEN + 1), copy("over", TAKEN));
        joined.set(false);
        refusals.set(3);
        try (Snapshots snapshots = start(Duration.ofHours(1))) {
            assertThat(brought).isEmpty();
            joined.set(true);
            assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(brought).containsExactlyInAnyOrder("a", "b");
            assertThat(snapshots.state().restored()).isEqualTo(2);
        }
        assertThat(file().look()).as("and written at the end").isEqualTo(found("now"));
    }

    @Test
    void aMemberThatNeverJoinedLeavesWhatIsThere() throws Exception {
        write(FORMER, copy("a", SessionStore.NEVER));
        joined.set(false);
        start(Duration.ofHours(1)).close();
        assertThat(file().look()).isEqualTo(new SnapshotFile.Found.Sound(FORMER, 1));
        assertThat(opened.getCount()).isEqualTo(1);
    }

    @Test
    void aDamagedFileIsSetAsideAndTheStoreAnswers() throws Exception {
        Files.writeString(path(), "no snapshot of anything");
        try (Snapshots snapshots = start(Duration.ofHours(1))) {
            assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(snapshots.state().restored()).isZero();
            assertThat(directory.resolve("sessions.snapshot.broken"))
                    .hasContent("no snapshot of anything");
        }
        assertThat(brought).isEmpty();
    }

    /** It may be readable again for who looks at it. */
    @Test
    void whatCannotBeReadIsSetAside() throws Exception {
        Files.createDirectories(path().resolve("kept"));
        try (Snapshots _ = start(Duration.ofHours(1))) {
            assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertThat(directory.resolve("sessions.snapshot.unread/kept")).exists();
        assertThat(file().look()).isEqualTo(found("now"));
    }

    @Test
    void whatCanNeitherBeReadNorSetAsideStaysAndThatIsSaid() throws Exception {
        Path inTheWay = directory.resolve("sessions.snapshot.unread");
        Files.createDirectory(path());
        Files.createDirectories(inTheWay.resolve("a former one"));
        SessionsConfig.Snapshot often = new SessionsConfig.Snapshot(Duration.ofMillis(10), 1 << 20);
        try (Snapshots snapshots = Snapshots.start(store, place(), often)) {
            assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(snapshots.state().failure()).contains("neither be read nor set aside");
            Files.delete(inTheWay.resolve("a former one"));
            await(() -> snapshots.state().entries() == 1 && snapshots.state().failure().isEmpty());
        }
        assertThat(inTheWay).isDirectory();
        assertThat(file().look()).isEqualTo(found("now"));
    }

    @Test
    void aFileThatIsTooOldIsSetAside() throws Exception {
        write(FORMER, copy("a", SessionStore.NEVER));
        ageMillis.set(SessionValue.REMOVAL_MILLIS);
        try (Snapshots _ = start(Duration.ofHours(1))) {
            assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        assertThat(brought).isEmpty();
        assertThat(new SnapshotFile(directory.resolve("sessions.snapshot.old"), 1 << 20).look())
                .isEqualTo(new SnapshotFile.Found.Sound(FORMER, 1));
    }

    @Test
    void aFullDiskIsSaidUntilThereIsRoomAgain() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        SnapshotFile file =
                new SnapshotFile(
                        path(),
                        1 << 20,
                        fresh ->
                                full.get()
                                        ? FileChannel.open(
                                                Path.of("/dev/full"), StandardOpenOption.WRITE)
                                        : FileChannel.open(
                                                fresh,
                                                StandardOpenOption.CREATE,
                                                StandardOpenOption.WRITE));
        SessionsConfig.Snapshot often = new SessionsConfig.Snapshot(Duration.ofMillis(10), 1 << 20);
        try (Snapshots snapshots = Snapshots.start(store, place(), file, often)) {
            await(() -> snapshots.state().failure().contains("No space left on device"));
            assertThat(file.look()).isEqualTo(new SnapshotFile.Found.Absent());
            full.set(false);
            await(() -> snapshots.state().failure().isEmpty());
            assertThat(snapshots.state().entries()).isEqualTo(1);
        }
        assertThat(file.look()).isEqualTo(found("now"));
    }

    @Test
    void anEngineThatEndsByItselfIsWaitedForAtTheStartAndLater() throws Exception {
        write(FORMER, copy("a", SessionStore.NEVER));
        failing.addAll(List.of("remembers", "life"));
        SessionsConfig.Snapshot often = new SessionsConfig.Snapshot(Duration.ofMillis(10), 1 << 20);
        try (Snapshots snapshots = Snapshots.start(store, place(), often)) {
            assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(brought).containsExactly("a");
            for (String asked : List.of("life", "copies")) {
                failing.add(asked);
                await(() -> !failing.contains(asked));
            }
            await(() -> snapshots.state().entries() == 1 && snapshots.state().failure().isEmpty());
        }
        assertThat(file().look()).isEqualTo(found("now"));
    }

    @Test
    void whatAMemberHasThatIsApartIsOfTheTimeOfItsParting() throws Exception {
        asOfMillis = TAKEN - 90_000;
        start(Duration.ofHours(1)).close();
        assertThat(file().look())
                .isEqualTo(
                        new SnapshotFile.Found.Sound(
                                new SnapshotHeader("shop", "lb1", "now", TAKEN - 90_000), 1));
    }

    @Test
    void whatTheStoreDoesNotTakeInTimeIsCountedApart() throws Exception {
        write(FORMER, copy("a", SessionStore.NEVER), copy("b", TAKEN + 1), copy("over", TAKEN));
        refusals.set(3);
        AtomicLong looks = new AtomicLong();
        LongSupplier hasty = () -> looks.addAndGet(PATIENCE.toNanos());
        assertThat(new Bringing(store, () -> false).all(file()))
                .isEqualTo(new Bringing.Outcome(2, 1, 0));
        refusals.set(Long.MAX_VALUE);
        assertThat(new Bringing(store, () -> false, PATIENCE, hasty).all(file()))
                .isEqualTo(new Bringing.Outcome(0, 1, 2));
        assertThat(new Bringing(store, () -> true).all(file()))
                .isEqualTo(new Bringing.Outcome(0, 1, 2));
    }

    private static void await(BooleanSupplier condition) {
        Patience patience = new Patience(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(patience.isOver()).isFalse();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private Snapshots start(Duration every) {
        return Snapshots.start(store, place(), new SessionsConfig.Snapshot(every, 1 << 20));
    }

    private Snapshots.Place place() {
        return new Snapshots.Place("shop", "lb1", 1, directory);
    }

    private static SnapshotFile.Found found(String life) {
        return new SnapshotFile.Found.Sound(new SnapshotHeader("shop", "lb1", life, TAKEN), 1);
    }

    private void write(SnapshotHeader header, SessionCopy... copies) throws Exception {
        file().write(header, to -> to.accept(List.of(copies)));
    }

    private SnapshotFile file() {
        return new SnapshotFile(path(), 1 << 20);
    }

    private Path path() {
        return directory.resolve(Snapshots.FILE);
    }

    private static SessionCopy copy(String key, long expiresAtMillis) {
        SessionStamp stamp = new SessionStamp(1, 1);
        return new SessionCopy(
                key, new SessionValue("x".getBytes(UTF_8), expiresAtMillis, stamp).encode());
    }
}
