package proa.cluster.engine;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.query.Predicate;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionValue;

import java.io.IOException;
import java.util.Map;

/** Chooses keys with this beginning whose value is alive; runs beside the data, on each member. */
public final class AliveKeys implements Predicate<String, byte[]>, IdentifiedDataSerializable {

    private static final long serialVersionUID = 1L;

    private String prefix;
    private long nowMillis;

    /** For the engine, which then calls {@link #readData}. */
    AliveKeys() {
        prefix = "";
    }

    AliveKeys(String prefix, long nowMillis) {
        this.prefix = prefix;
        this.nowMillis = nowMillis;
    }

    @Override
    public boolean apply(Map.Entry<String, byte[]> entry) {
        return entry.getKey().startsWith(prefix)
                && SessionValue.decode(entry.getValue()).aliveAt(nowMillis);
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.ALIVE_KEYS;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(prefix);
        out.writeLong(nowMillis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        @Nullable String read = in.readString();
        prefix = read == null ? "" : read;
        nowMillis = in.readLong();
    }
}
