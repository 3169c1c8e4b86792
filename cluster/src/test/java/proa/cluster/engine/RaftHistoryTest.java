package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore.Condition;
import proa.cluster.transport.Separation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Registers that one client each counts up through any member, and that all members read all the
 * time, while the leader is cut off, killed, stopped and comes back. For a register with one writer
 * a history is linearisable exactly if each read sees at least what was acknowledged, or seen by
 * anybody, before it began, and at most what had been begun when it ended.
 */
@Timeout(600)
class RaftHistoryTest {

    private static final int REGISTERS = 4;
    private static final int MORE = 150;
    private static final long PAUSE_NANOS = 2_000_000;

    @TempDir private Path disks;
    private final Queue<String> guilty = new ConcurrentLinkedQueue<>();
    private final List<Register> registers = new CopyOnWriteArrayList<>();
    private volatile boolean going = true;

    /** A key, and what is known of it. */
    private static final class Register {
        private final String key;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger least = new AtomicInteger();

        Register(String key) {
            this.key = key;
        }
    }

    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();

    /**
     * A write that failed may take place at any time from then on: its register is left, and the
     * next one takes its place.
     */
    private void write(RaftTrio trio, int place) {
        Register register = registers.get(place);
        for (int turn = 1; going; turn++) {
            RaftSessions store = trio.get(RaftTrio.NAMES.get(turn % RaftTrio.NAMES.size()));
            if (store == null) {
                continue; // killed; the number is left out
            }
            register.begun.set(turn);
            try {
                byte[] value = Integer.toString(turn).getBytes(UTF_8);
                store.set(register.key, value, 3_600_000, Condition.ALWAYS);
                register.least.accumulateAndGet(turn, Math::max);
                writes.incrementAndGet();
            } catch (SessionException _) {
                register = new Register("register:" + place + ":" + turn);
                registers.set(place, register);
            }
        }
    }

    private void read(RaftTrio trio, String name) {
        for (int turn = 0; going; turn++) {
            Register register = registers.get(turn % REGISTERS);
            RaftSessions store = trio.get(name);
            if (store == null) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            int least = register.least.get();
            try {
                byte[] found = store.get(register.key);
                int most = register.begun.get();
                int seen = found == null ? 0 : Integer.parseInt(new String(found, UTF_8));
                if (seen < least || seen > most) {
                    guilty.add(name + " read " + seen + " of " + least + " to " + most);
                }
                register.least.accumulateAndGet(seen, Math::max);
                reads.incrementAndGet();
            } catch (SessionException _) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void awaitMore() {
        long target = writes.get() + MORE;
        RaftTrio.await(MORE + " more writes", () -> writes.get() >= target);
    }

    @Test
    void noReadIsOldAndNothingAcknowledgedIsLost() throws Exception {
        try (RaftTrio trio = new RaftTrio(disks).startAll()) {
            List<Thread> threads = new ArrayList<>();
            for (int at = 0; at < REGISTERS; at++) {
                int place = at;
                registers.add(new Register("register:" + at));
                threads.add(Thread.ofVirtual().unstarted(() -> write(trio, place)));
            }
            for (String name : RaftTrio.NAMES) {
                threads.add(Thread.ofVirtual().unstarted(() -> read(trio, name)));
            }
            threads.forEach(Thread::start);
            awaitMore();
            for (int round = 0; round < 2; round++) {
                try (Separation _ = trio.cut(trio.leader())) {
                    awaitMore();
                }
                trio.awaitAll();
                awaitMore();
                String killed = trio.leader();
                trio.kill(killed);
                awaitMore();
                trio.start(killed);
                trio.awaitAll();
                awaitMore();
            }
            going = false;
            for (Thread each : threads) {
                each.join();
            }
            System.out.println(writes + " writes, " + reads + " reads");
            assertThat(guilty).isEmpty();
            assertThat(reads.get()).isGreaterThan(MORE);
        }
    }
}
