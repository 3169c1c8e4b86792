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

import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Every session this member holds, as owner or as backup. Through the engine's inside: its map
 * answers nothing to a member that was separated from the majority.
 */
final class LocalCopies {

    private final HazelcastInstance engine;

    LocalCopies(HazelcastInstance engine) {
        this.engine = engine;
    }

    /** Asks the engine's thread of each partition; an interrupted caller gets what is there. */
    Collection<SplitHealing.Held> all() {
        NodeEngineImpl node = ((HazelcastInstanceProxy) engine).getOriginal().node.getNodeEngine();
        MapService service = node.getService(MapService.SERVICE_NAME);
        MapServiceContext maps = service.getMapServiceContext();
        InternalSerializationService bytes =
                (InternalSerializationService) node.getSerializationService();
        OperationExecutor threads = node.getOperationService().getOperationExecutor();
        Collection<SplitHealing.Held> found = new ConcurrentLinkedQueue<>();
        int partitions = node.getPartitionService().getPartitionCount();
        CountDownLatch asked = new CountDownLatch(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            int number = partition;
            threads.execute(
                    new OnPartition(
                            number,
                            () -> {
                                try {
                                    collect(maps, number, bytes, found);
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

    private static void collect(
            MapServiceContext maps,
            int partition,
            InternalSerializationService bytes,
            Collection<SplitHealing.Held> into) {
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
                                    new SplitHealing.Held(
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
