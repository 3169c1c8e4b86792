package proa.cluster.engine;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionValue;

import java.util.Arrays;

/** After a split heals, the later write of each key stays; differing copies are told. */
public final class LaterStamp
        implements SplitBrainMergePolicy<byte[], MergingEntry<Object, byte[]>, byte[]>,
                IdentifiedDataSerializable {

    @Override
    public byte @Nullable [] merge(
            MergingEntry<Object, byte[]> merging, @Nullable MergingEntry<Object, byte[]> existing) {
        byte[] arriving = merging.getDeserializedValue();
        byte @Nullable [] here = existing == null ? null : existing.getDeserializedValue();
        if (here == null || Arrays.equals(arriving, here)) {
            return arriving;
        }
        SessionValue arrived = SessionValue.decode(arriving);
        SessionValue present = SessionValue.decode(here);
        boolean arrivedLater = SessionValue.later(arrived, present).equals(arrived);
        Conflicts.HERE.found(
                (arrivedLater ? arrived : present).stamp(),
                (arrivedLater ? present : arrived).stamp());
        return arrivedLater ? arriving : here;
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
