package proa.cluster.engine;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.map.impl.MapService;
import com.hazelcast.map.impl.MapServiceContext;
import com.hazelcast.map.impl.recordstore.RecordStore;
import com.hazelcast.spi.impl.NodeEngineImpl;
import com.hazelcast.spi.impl.PartitionSpecificRunnable;
import com.hazelcast.spi.impl.operationexecutor.OperationExecutor;

import proa.cluster.sessions.SessionCopy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Every session this member holds, as owner or as backup. Through the engine's inside: its map
 * answers nothing to a member that was separated from the majority.
 */
final class LocalCopies {

    /** An engine that is ending runs nothing any more. */
    private static final long PARTITION_SECONDS = 10;

    private final MapServiceContext maps;
    private final InternalSerializationService bytes;
    private final OperationExecutor threads;
    private final int partitions;

    LocalCopies(HazelcastInstance engine) {
        NodeEngineImpl node = ((HazelcastInstanceProxy) engine).getOriginal().node.getNodeEngine();
        MapService service = node.getService(MapService.SERVICE_NAME);
        maps = service.getMapServiceContext();
        bytes = (InternalSerializationService) node.getSerializationService();
        threads = node.getOperationService().getOperationExecutor();
        partitions = node.getPartitionService().getPartitionCount();
    }

    /** Asks the engine's thread of each partition; an interrupted caller gets what is there. */
    Collection<SessionCopy> all() {
        Collection<SessionCopy> found = new ConcurrentLinkedQueue<>();
        CountDownLatch asked = new CountDownLatch(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            int number = partition;
            threads.execute(
                    new OnPartition(
                            number,
                            () -> {
                                try {
                                    collect(number, found);
                                } finally {
                                    asked.countDown();
                                }
                            }));
        }
        try {
            asked.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return found;
    }

    /**
     * One partition after the other, so that no more than one is in memory twice.
     *
     * @throws IllegalStateException when the engine does not answer
     */
    void each(Consumer<List<SessionCopy>> to) {
        for (int partition = 0; partition < partitions; partition++) {
            to.accept(of(partition));
        }
    }

    private List<SessionCopy> of(int partition) {
        CompletableFuture<List<SessionCopy>> found = new CompletableFuture<>();
        threads.execute(
                new OnPartition(
                        partition,
                        () -> {
                            try {
                                List<SessionCopy> copies = new ArrayList<>();
                                collect(partition, copies);
                                found.complete(copies);
                            } catch (RuntimeException e) {
                                found.completeExceptionally(e);
                            }
                        }));
        try {
            return found.get(PARTITION_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("partition " + partition + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void collect(int partition, Collection<SessionCopy> into) {
        RecordStore<?> store =
                maps.getPartitionContainer(partition).getExistingRecordStore(EngineConfig.MAP);
        if (store == null) {
            return;
        }
        store.beforeOperation();
        try {
            store.forEach(
                    (key, stored) ->
                            into.add(
                                    new SessionCopy(
                                            bytes.toObject(key),
                                            bytes.toObject(stored.getValue()))),
                    true);
        } finally {
            store.afterOperation();
        }
    }

    private record OnPartition(int getPartitionId, Runnable work)
            implements PartitionSpecificRunnable {
        @Override
        public void run() {
            work.run();
        }
    }
}
