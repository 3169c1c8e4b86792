package proa.cluster.engine;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionValue;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * When what is stored under a key was written, and by whom. Runs on the engine's thread of that
 * partition, on the owner alone: it changes nothing, so no backup has to answer.
 */
public final class TellStamp
        implements EntryProcessor<String, byte[], long @Nullable []>,
                ReadOnly,
                IdentifiedDataSerializable {

    private static final long serialVersionUID = 1L;

    /** Of the keys that are stored; the others are left out. */
    static CompletionStage<Map<String, SessionStamp>> of(
            IMap<String, byte[]> map, Set<String> keys) {
        return map.submitToKeys(keys, new TellStamp())
                .thenApply(
                        told -> {
                            Map<String, SessionStamp> stamps = HashMap.newHashMap(told.size());
                            told.forEach(
                                    (key, stamp) -> {
                                        if (stamp != null) {
                                            stamps.put(
                                                    key,
                                                    new SessionStamp(stamp[0], (int) stamp[1]));
                                        }
                                    });
                            return stamps;
                        });
    }

    @Override
    public long @Nullable [] process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] stored = entry.getValue();
        if (stored == null) {
            return null;
        }
        SessionStamp stamp = SessionValue.decode(stored).stamp();
        return new long[] {stamp.time(), stamp.node()};
    }

    @Override
    public @Nullable EntryProcessor<String, byte[], long @Nullable []> getBackupProcessor() {
        return null;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.TELL_STAMP;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // nothing to tell
    }

    @Override
    public void readData(ObjectDataInput in) {
        // nothing was told
    }
}
