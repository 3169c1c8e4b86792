package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;
import proa.cluster.sessions.SnapshotHeader;
import proa.cluster.snapshot.SnapshotFile;
import proa.node.admin.Answer;
import proa.node.admin.Events;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A file of three sessions and one that has expired, and a store that does not take all. */
class SessionFilesTest {

    private static final long NOW = 10_000_000_000L;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir private Path directory;

    private final Set<String> brought = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicBoolean looked = new AtomicBoolean();
    private volatile String never = "";
    private final SessionStore store =
            (SessionStore)
                    Proxy.newProxyInstance(
                            SessionStore.class.getClassLoader(),
                            new Class<?>[] {SessionStore.class},
                            (_, method, arguments) -> answer(method, arguments));

    private Object answer(Method method, Object[] arguments) throws SessionException {
        return switch (method.getName()) {
            case "writable" -> !looked.getAndSet(true) || refusals.get() <= 0;
            case "nowMillis" -> NOW;
            case "bring" -> {
                String key = ((SessionCopy) arguments[0]).key();
                if (key.equals(never) || refusals.getAndDecrement() > 0) {
                    throw new SessionException.Minority("not now");
                }
                brought.add(key);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.toString());
        };
    }

    @BeforeEach
    void write() throws Exception {
        new SnapshotFile(file(), 1 << 20)
                .write(
                        new SnapshotHeader("shop", "lb1", "", NOW),
                        to ->
                                to.accept(
                                        List.of(
                                                copy("a", SessionStore.NEVER),
                                                copy("b", NOW + 1),
                                                copy("c", NOW + 2),
                                                copy("over", NOW))));
    }

    @Test
    void aStoreThatTakesNoWritesForAMomentIsWaitedFor() {
        refusals.set(9);
        Answer answer = bringIn(() -> 0);
        assertThat(answer.status()).isEqualTo(Answer.OK);
        assertThat(answer.document()).containsEntry("brought", 3L).containsEntry("expired", 1L);
        assertThat(brought).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void whatAStoreDoesNotTakeIsNoneThatHasExpired() {
        never = "b";
        AtomicLong nanos = new AtomicLong();
        LongSupplier untilTheRestIsIn =
                () -> brought.size() == 2 ? nanos.addAndGet(PATIENCE.toNanos()) : nanos.get();
        Answer answer = bringIn(untilTheRestIsIn);
        assertThat(answer.status()).isEqualTo(Answer.REFUSED);
        assertThat(answer.document())
                .containsEntry("error", "2 of 4 brought, the store took no more; import again");
    }

    private Answer bringIn(LongSupplier nanoTime) {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        Setup setup =
                new Setup(
                        TestConfig.shop(List.of(server)),
                        "hash",
                        "lb1",
                        directory,
                        directory,
                        Duration.ZERO);
        Events events = new Events(InstantSource.system());
        return new SessionFiles(setup, store, events, () -> false, PATIENCE, nanoTime)
                .bringIn(file(), "a test");
    }

    private Path file() {
        return directory.resolve("exported");
    }

    private static SessionCopy copy(String key, long expiresAtMillis) {
        SessionStamp stamp = new SessionStamp(1, 1);
        return new SessionCopy(
                key, new SessionValue("x".getBytes(UTF_8), expiresAtMillis, stamp).encode());
    }
}
