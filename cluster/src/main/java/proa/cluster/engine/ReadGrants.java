package proa.cluster.engine;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.MigrationInfo;
import com.hazelcast.internal.partition.impl.InternalPartitionServiceImpl;
import com.hazelcast.internal.partition.impl.MigrationInterceptor;
import com.hazelcast.map.impl.MapService;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.spi.impl.NodeEngineImpl;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who may read copies in place. The engine's oldest member, its master, decides what moves, and
 * tells a backup that it is none any more only after the new one is in its place and takes writes.
 * So members ask the master before they read in place, and before it moves anything the master
 * takes that back and waits until each of them has said that it reads no more. Through the engine's
 * inside: it has no event that comes before a move. Safe from any thread.
 */
final class ReadGrants implements MigrationInterceptor {

    /** What a member's question is answered with. */
    enum Answer {
        /** Nothing moves, and the member knows where everything is. */
        GRANTED,
        /** Something moves, or nobody answers: ask again. */
        NOT_YET,
        /** The master is of a version that does not know the question. */
        UNKNOWN
    }

    /** A member that is gone is put out earlier, which ends the wait for it. */
    private static final long RECALL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long ANSWER_MILLIS = 1_000;

    private static final String CONTEXT = "proa-copies";

    private final NodeEngineImpl node;
    private final InternalPartitionServiceImpl partitions;
    private final Runnable recalled;
    private final ReentrantLock lock = new ReentrantLock();

    /** Those who have been told to stop, and have not been granted anything since. */
    private final Set<UUID> quiet = new HashSet<>();

    private ReadGrants(HazelcastInstance engine, Runnable recalled) {
        this.recalled = recalled;
        node = ((HazelcastInstanceProxy) engine).getOriginal().node.getNodeEngine();
        partitions = (InternalPartitionServiceImpl) node.getPartitionService();
    }

    /**
     * To be called once for an engine, before anything is read in place.
     *
     * @param recalled stops reading in place; when it returns, nothing is read that was not asked
     *     for anew
     */
    static ReadGrants of(HazelcastInstance engine, Runnable recalled) {
        ReadGrants grants = new ReadGrants(engine, recalled);
        engine.getUserContext().put(CONTEXT, grants);
        grants.partitions.setMigrationInterceptor(grants);
        return grants;
    }

    /** Those of the engine that runs a question; null: it has only just started. */
    static @Nullable ReadGrants here(HazelcastInstance engine) {
        return (ReadGrants) engine.getUserContext().get(CONTEXT);
    }

    /** Asks the master; the answer counts if this member was not recalled since it was asked. */
    Answer ask() throws InterruptedException {
        return ask(new ReadMessage.Ask());
    }

    Answer ask(ReadMessage question) throws InterruptedException {
        Member master = node.getClusterService().getMembers().iterator().next();
        UUID self = node.getLocalMember().getUuid();
        try {
            Long stamp =
                    master.localMember()
                            ? grant(self)
                            : send(question, master).get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            boolean same = stamp != null && stamp == partitions.getPartitionStateStamp();
            return same ? Answer.GRANTED : Answer.NOT_YET;
        } catch (TimeoutException _) {
            return Answer.NOT_YET;
        } catch (ExecutionException e) {
            return e.getCause() instanceof HazelcastSerializationException
                    ? Answer.UNKNOWN
                    : Answer.NOT_YET;
        }
    }

    /** The master's answer: the stamp of its table of partitions; null: something moves. */
    @Nullable Long grant(UUID member) {
        lock.lock();
        try {
            if (partitions.getMigrationManager().hasOnGoingMigration()) {
                return null;
            }
            quiet.remove(member);
            return partitions.getPartitionStateStamp();
        } finally {
            lock.unlock();
        }
    }

    /** Stops this member's reading in place. */
    void recall() {
        recalled.run();
    }

    /**
     * Called by the engine, on the thread that moves copies, before each of them. What it throws
     * puts the move off: the engine plans anew three seconds later.
     */
    @Override
    public void onMigrationStart(MigrationParticipant participant, MigrationInfo migration) {
        if (participant == MigrationParticipant.MASTER) {
            recallAll();
        }
    }

    private void recallAll() {
        List<Member> reading = new ArrayList<>();
        lock.lock();
        try {
            // The engine counts what it has planned, so nothing is granted from here on.
            node.getClusterService().getMembers().stream()
                    .filter(member -> !quiet.contains(member.getUuid()))
                    .forEach(reading::add);
        } finally {
            lock.unlock();
        }
        Map<Member, Future<?>> told = new HashMap<>();
        for (Member member : reading) {
            if (member.localMember()) {
                recall();
            } else {
                told.put(member, send(new ReadMessage.Recall(), member));
            }
        }
        long deadline = System.nanoTime() + RECALL_NANOS;
        told.forEach((member, answer) -> await(member, answer, deadline));
        lock.lock();
        try {
            reading.forEach(member -> quiet.add(member.getUuid()));
        } finally {
            lock.unlock();
        }
    }

    private static void await(Member member, Future<?> answer, long deadline) {
        try {
            answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException _) {
            // It has gone, leaves, or is of a version that does not know the word.
        } catch (TimeoutException _) {
            throw new IllegalStateException(
                    member.getAddress() + " does not say that it reads no copies any more");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
    }

    private Future<@Nullable Long> send(ReadMessage message, Member member) {
        return node.getOperationService()
                .invokeOnTarget(MapService.SERVICE_NAME, message, member.getAddress());
    }
}
