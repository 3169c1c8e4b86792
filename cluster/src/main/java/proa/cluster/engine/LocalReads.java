package proa.cluster.engine;

import com.hazelcast.cluster.Address;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.IPartition;
import com.hazelcast.internal.partition.IPartitionService;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.map.impl.MapService;
import com.hazelcast.map.impl.MapServiceContext;
import com.hazelcast.map.impl.recordstore.RecordStore;
import com.hazelcast.spi.impl.NodeEngineImpl;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionStore.Holders;
import proa.config.ClusterConfig;

import java.util.List;

/**
 * What this member holds itself, as owner or as backup, read in place: a write is acknowledged only
 * when owner and backup have it, so either copy has every acknowledged write, as long as no copy
 * moves ({@link Settling#mayReadHere}). Through the engine's inside: its map sends even a read of a
 * local copy through another thread. Never blocks; safe from any thread.
 */
final class LocalReads {

    private final InternalSerializationService bytes;
    private final IPartitionService partitions;
    private final MapServiceContext maps;
    private final NodeEngineImpl node;

    LocalReads(HazelcastInstance engine) {
        node = ((HazelcastInstanceProxy) engine).getOriginal().node.getNodeEngine();
        MapService service = node.getService(MapService.SERVICE_NAME);
        maps = service.getMapServiceContext();
        partitions = node.getPartitionService();
        bytes = (InternalSerializationService) node.getSerializationService();
    }

    /**
     * Who holds a key now.
     *
     * @param members all that there may be
     */
    Holders holders(String key, List<ClusterConfig.Node> members) {
        int number = partitions.getPartitionId(bytes.<Data>toData(key));
        IPartition partition = partitions.getPartition(number, false);
        return new Holders(
                name(partition.getReplicaAddress(0), members),
                name(partition.getReplicaAddress(1), members));
    }

    private static String name(@Nullable Address engine, List<ClusterConfig.Node> members) {
        String host = engine == null ? "" : engine.getHost();
        return members.stream()
                .filter(member -> host.equals(EngineConfig.host(member)))
                .map(ClusterConfig.Node::name)
                .findFirst()
                .orElse("");
    }

    /**
     * The bytes stored under a key; null: not here, or not there at all. An engine that ends
     * meanwhile holds nothing.
     */
    byte @Nullable [] find(String key) {
        Data name = bytes.toData(key);
        int partition = partitions.getPartitionId(name);
        boolean here =
                node.isRunning()
                        && partitions
                                .getPartition(partition, false)
                                .isOwnerOrBackup(node.getThisAddress());
        RecordStore<?> store =
                here
                        ? maps.getPartitionContainer(partition)
                                .getExistingRecordStore(EngineConfig.MAP)
                        : null;
        Data stored = store == null ? null : store.readBackupData(name);
        return stored == null ? null : bytes.<byte @Nullable []>toObject(stored);
    }
}
