package proa.cluster.engine;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.merge.MapMergingEntryImpl;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionValue;

import java.util.Arrays;

/**
 * After a split heals, the later write of each key stays, with its own expiry; differing copies are
 * told.
 */
public final class LaterStamp
        implements SplitBrainMergePolicy<byte[], MergingEntry<Object, byte[]>, byte[]>,
                IdentifiedDataSerializable {

    @Override
    public byte @Nullable [] merge(
            MergingEntry<Object, byte[]> merging, @Nullable MergingEntry<Object, byte[]> existing) {
        byte[] arriving = merging.getDeserializedValue();
        byte @Nullable [] here = existing == null ? null : existing.getDeserializedValue();
        if (existing == null || here == null || Arrays.equals(arriving, here)) {
            return arriving;
        }
        SessionValue arrived = SessionValue.decode(arriving);
        SessionValue present = SessionValue.decode(here);
        boolean arrivedLater = SessionValue.later(arrived, present).equals(arrived);
        Conflicts.HERE.found(
                (arrivedLater ? arrived : present).stamp(),
                (arrivedLater ? present : arrived).stamp());
        if (arrivedLater) {
            return arriving;
        }
        keepTimes(merging, existing);
        return here;
    }

    /**
     * The engine takes over the arriving entry's expiry and times even when the existing value
     * stays: a kept session would be forgotten when its other copy would have been, or a removal
     * remembered for ever. It reads them from the arriving entry after this policy has answered, so
     * they are set right there; a repair afterwards would come too late for what expires meanwhile.
     */
    private static void keepTimes(
            MergingEntry<Object, byte[]> merging, MergingEntry<Object, byte[]> existing) {
        if (merging instanceof MapMergingEntryImpl<?, ?> into
                && existing instanceof MapMergingEntryImpl<?, ?> from) {
            into.setTtl(from.getTtl())
                    .setMaxIdle(from.getMaxIdle())
                    .setExpirationTime(from.getExpirationTime())
                    .setCreationTime(from.getCreationTime())
                    .setLastAccessTime(from.getLastAccessTime())
                    .setLastUpdateTime(from.getLastUpdateTime());
        }
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.LATER_STAMP;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
