package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore.Condition;
import proa.cluster.transport.Separation;
import proa.config.ClusterConfig;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Three members of the Raft engine that are killed, cut off, stopped and robbed of their disks. */
@Timeout(300)
class RaftSurvivalTest {

    private static final long HOUR = 3_600_000;

    /** Twice what is promised: this machine has other work. */
    private static final long TRIPWIRE_MILLIS = 6_000;

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    @TempDir private Path disks;
    private RaftTrio trio;

    @BeforeEach
    void start() throws Exception {
        trio = new RaftTrio(disks).startAll();
    }

    @AfterEach
    void stop() {
        trio.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Writers that count, each under a key of its own, through some members. */
    private static final class Writers {
        private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
        private final AtomicInteger failed = new AtomicInteger();

        /** Given up after as long as a call waits; a client writes again. */
        private final AtomicInteger late = new AtomicInteger();

        private final AtomicLong longestNanos = new AtomicLong();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean writing = true;

        Writers(String keys, List<RaftSessions> stores) {
            for (RaftSessions store : stores) {
                for (int at = 0; at < 4; at++) {
                    String key = keys + threads.size();
                    threads.add(Thread.ofVirtual().start(() -> write(store, key)));
                }
            }
        }

        private void write(RaftSessions store, String key) {
            for (int turn = 1; writing; turn++) {
                long began = System.nanoTime();
                try {
                    store.set(key, bytes(Integer.toString(turn)), HOUR, Condition.ALWAYS);
                    acknowledged.put(key, turn);
                } catch (SessionException.Unavailable | SessionException.Unknown _) {
                    late.incrementAndGet();
                } catch (SessionException _) {
                    failed.incrementAndGet();
                }
                longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
            }
        }

        int sum() {
            return acknowledged.values().stream().mapToInt(Integer::intValue).sum();
        }

        void awaitMore(int more) {
            int target = sum() + more;
            RaftTrio.await(more + " more writes", () -> sum() >= target);
        }

        void end() throws InterruptedException {
            writing = false;
            for (Thread each : threads) {
                each.join();
            }
        }

        void assertKept(RaftSessions in) throws SessionException {
            for (Map.Entry<String, Integer> each : acknowledged.entrySet()) {
                byte[] found = in.get(each.getKey());
                assertThat(found).as(each.getKey()).isNotNull();
                assertThat(Integer.parseInt(new String(found, UTF_8)))
                        .as(each.getKey())
                        .isGreaterThanOrEqualTo(each.getValue());
            }
        }
    }

    /** What a death makes a write wait, in milliseconds, and how many waited in vain. */
    private record Waits(long longest, int late) {
        boolean soon() {
            return longest < TRIPWIRE_MILLIS && late == 0;
        }
    }

    @Test
    void aKilledLeaderLosesNoAcknowledgedWrite() throws Exception {
        List<Waits> staged = new ArrayList<>();
        do {
            staged.add(killTheLeader(staged.size()));
        } while (!staged.getLast().soon() && staged.size() < STAGED_MAX);
        assertThat(staged.getLast().soon()).as("longest write: %s", staged).isTrue();
    }

    /** Nothing fails and nothing is lost meanwhile; afterwards it is back. */
    private Waits killTheLeader(int stage) throws Exception {
        String leader = trio.leader();
        List<RaftSessions> living = trio.others(leader).stream().map(trio::get).toList();
        Writers writers = new Writers("writer:" + stage + ":", living);
        writers.awaitMore(500);
        writers.longestNanos.set(0);
        trio.kill(leader);
        writers.awaitMore(500);
        writers.end();
        Waits waits = new Waits(writers.longestNanos.get() / 1_000_000, writers.late.get());
        System.out.println("the leader killed: " + waits + " ms, of " + writers.sum());
        assertThat(writers.failed.get()).as("failed").isZero();
        writers.assertKept(living.getFirst());
        trio.start(leader);
        trio.awaitAll();
        writers.assertKept(trio.get(leader));
        return waits;
    }

    @Test
    void aLeaderThatIsCutOffAcknowledgesNothingAndReadsNothingOld() throws Exception {
        String old = trio.leader();
        RaftSessions cutOff = trio.get(old);
        RaftSessions other = trio.get(trio.others(old).getFirst());
        cutOff.set("key", bytes("before"), HOUR, Condition.ALWAYS);
        try (Separation _ = trio.cut(old)) {
            List<Thread> trying = new ArrayList<>();
            AtomicInteger acknowledged = new AtomicInteger();
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            for (int at = 0; at < 4; at++) {
                trying.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            try {
                                                cutOff.set(
                                                        "key",
                                                        bytes("from the old leader"),
                                                        HOUR,
                                                        Condition.ALWAYS);
                                                acknowledged.incrementAndGet();
                                            } catch (SessionException _) {
                                                refused.incrementAndGet();
                                            }
                                        }));
            }
            RaftTrio.await(
                    "the others go on",
                    () -> other.set("key", bytes("after"), HOUR, Condition.ALWAYS));
            for (int at = 0; at < 4; at++) {
                trying.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            try {
                                                cutOff.get("key");
                                                answered.incrementAndGet();
                                            } catch (SessionException _) {
                                                refused.incrementAndGet();
                                            }
                                        }));
            }
            for (Thread each : trying) {
                each.join();
            }
            assertThat(acknowledged.get()).isZero();
            assertThat(answered.get()).isZero();
            assertThat(refused.get()).isEqualTo(8);
            assertThatThrownBy(() -> cutOff.get("key"))
                    .isInstanceOf(SessionException.Minority.class);
            assertThat(cutOff.writable()).isFalse();
            assertThat(other.get("key")).isEqualTo(bytes("after"));
        }
        trio.awaitAll();
        assertThat(cutOff.get("key")).isEqualTo(bytes("after"));
    }

    @Test
    void whatWasAcknowledgedIsThereWhenAllHaveBeenStopped() throws Exception {
        RaftSessions first = trio.get("lb1");
        for (int at = 0; at < 100; at++) {
            first.set("kept:" + at, bytes("value " + at), HOUR, Condition.ALWAYS);
        }
        first.delete("kept:7");
        String life = first.life().id();
        first.edit("count", SessionEdit.add(41));
        RaftTrio.NAMES.forEach(trio::stop);
        trio.startAll();
        RaftSessions again = trio.get("lb3");
        for (int at = 0; at < 100; at++) {
            byte[] expected = at == 7 ? null : bytes("value " + at);
            assertThat(again.get("kept:" + at)).isEqualTo(expected);
        }
        assertThat(again.edit("count", SessionEdit.add(1)).answer()).isEqualTo(42);
        assertThat(again.life().id()).isEqualTo(life);
    }

    @Test
    void whoHasLostItsLogCountsForNothingUntilItHasCaughtUp() throws Exception {
        String leads = trio.leader();
        String robbed = trio.others(leads).getFirst();
        String third = trio.others(leads).getLast();
        RaftSessions leader = trio.get(leads);
        leader.set("key", bytes("one"), HOUR, Condition.ALWAYS);
        trio.stop(robbed);
        remove(trio.disk(robbed));
        trio.stop(third);
        trio.start(robbed);
        assertThatThrownBy(() -> leader.set("key", bytes("two"), HOUR, Condition.ALWAYS))
                .isInstanceOf(SessionException.class);
        trio.start(third);
        trio.awaitAll();
        leader.set("key", bytes("three"), HOUR, Condition.ALWAYS);
        trio.stop(third);
        RaftTrio.await(
                "it counts now", () -> leader.set("key", bytes("four"), HOUR, Condition.ALWAYS));
        assertThat(trio.get(robbed).get("key")).isEqualTo(bytes("four"));
    }

    @Test
    void aPortThatWasTakenForAMomentIsJoinedByLater() throws Exception {
        String late = trio.others(trio.leader()).getFirst();
        trio.stop(late);
        ClusterConfig cluster = trio.config.cluster();
        try (LogLines log = LogLines.of(RaftSessions.class);
                ServerSocket other = new ServerSocket()) {
            other.setReuseAddress(true);
            other.bind(
                    new InetSocketAddress(
                            cluster.node(late).orElseThrow().address(),
                            cluster.ports().sessions()));
            RaftSessions waiting = trio.start(late);
            log.await("sessions: the session engine did not start: ");
            assertThatThrownBy(() -> waiting.get("key"))
                    .isInstanceOf(SessionException.Unavailable.class)
                    .hasMessageContaining("did not start");
        }
        trio.awaitAll();
        trio.get(late).set("key", bytes("value"), HOUR, Condition.ALWAYS);
    }

    @Test
    void aDiskThatRefusesAWriteStopsItsMember() throws Exception {
        String leader = trio.leader();
        String refused = trio.others(leader).getFirst();
        remove(trio.disk(refused));
        trio.stop(leader);
        RaftTrio.await("its next vote cannot be kept", () -> trio.get(refused).members() == 0);
        assertThatThrownBy(() -> trio.get(refused).get("key"))
                .isInstanceOf(SessionException.Unavailable.class)
                .hasMessageContaining("its disk refused to keep the sessions' log");
        assertThat(trio.get(refused).writable()).isFalse();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(each);
            }
        }
    }
}
