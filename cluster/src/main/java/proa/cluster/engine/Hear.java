package proa.cluster.engine;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

import java.util.concurrent.Callable;

/**
 * Does nothing on another member. That it was done says that the other's engine has this one in its
 * cluster: what comes from anybody else it refuses.
 */
public final class Hear implements Callable<Boolean>, IdentifiedDataSerializable {

    @Override
    public Boolean call() {
        return true;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.HEAR;
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
