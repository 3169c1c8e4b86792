package proa.cluster.engine;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionValue;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a member held in a split meets what is there: the later write stays. Repeating it changes
 * nothing. Runs on the engine's thread of that partition, on the owner and on the backup.
 */
public final class KeepLater
        implements EntryProcessor<String, byte[], Void>, IdentifiedDataSerializable {

    private byte[] held;
    private long nowMillis;

    /** On the owner differing writes are told; once is enough. */
    private boolean tells;

    /** For the engine, which then calls {@link #readData}. */
    KeepLater() {
        this(new byte[0], 0, false);
    }

    KeepLater(byte[] held, long nowMillis) {
        this(held, nowMillis, true);
    }

    /** What comes from a disk: that something else is there is no conflict. */
    static KeepLater restored(byte[] held, long nowMillis) {
        return new KeepLater(held, nowMillis, false);
    }

    private KeepLater(byte[] held, long nowMillis, boolean tells) {
        this.held = held;
        this.nowMillis = nowMillis;
        this.tells = tells;
    }

    @Override
    public @Nullable Void process(Map.Entry<String, byte[]> entry) {
        SessionValue arrived = SessionValue.decode(held);
        byte @Nullable [] stored = entry.getValue();
        SessionValue present = stored == null ? null : SessionValue.decode(stored);
        boolean stays = present != null && SessionValue.later(present, arrived).equals(present);
        boolean first = tells && Conflicts.HERE.isNew(entry.getKey(), arrived.stamp());
        if (first && present != null && !present.stamp().equals(arrived.stamp())) {
            Conflicts.HERE.found(
                    (stays ? present : arrived).stamp(), (stays ? arrived : present).stamp());
        }
        // One that is over still ends an earlier one that thinks itself alive.
        if (!stays && (present != null || !arrived.isOverAt(nowMillis))) {
            ((ExtendedMapEntry<String, byte[]>) entry)
                    .setValue(
                            held,
                            ApplyChange.engineTtlMillis(arrived, nowMillis),
                            TimeUnit.MILLISECONDS);
        }
        return null;
    }

    @Override
    public EntryProcessor<String, byte[], Void> getBackupProcessor() {
        return new KeepLater(held, nowMillis, false);
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.KEEP_LATER;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(held);
        out.writeLong(nowMillis);
        out.writeBoolean(tells);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte @Nullable [] read = in.readByteArray();
        held = read == null ? new byte[0] : read;
        nowMillis = in.readLong();
        tells = in.readBoolean();
    }
}
