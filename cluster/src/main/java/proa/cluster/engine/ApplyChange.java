package proa.cluster.engine;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Carries one {@link SessionChange} to a key's owner and, as it is, to the backup: an EXPIRE moves
 * no value. Runs on the engine's thread of that partition.
 */
public final class ApplyChange
        implements EntryProcessor<String, byte[], byte[]>, IdentifiedDataSerializable {

    /**
     * The engine forgets this much later than the value says, in milliseconds: it rounds to
     * seconds, and no reader may miss a value that its own clock calls alive.
     */
    private static final long SLACK_MILLIS = 2_000;

    private byte[] change;
    private boolean wantsBefore;

    /** For the engine, which then calls {@link #readData}. */
    ApplyChange() {
        change = new byte[0];
    }

    ApplyChange(SessionChange change, boolean wantsBefore) {
        this.change = change.encode();
        this.wantsBefore = wantsBefore;
    }

    @Override
    public byte[] process(Map.Entry<String, byte[]> entry) {
        SessionChange decoded = SessionChange.decode(change);
        byte @Nullable [] stored = entry.getValue();
        SessionValue existing = stored == null ? null : SessionValue.decode(stored);
        if (wantsBefore && existing != null && isNoText(existing, decoded.nowMillis())) {
            return new SessionReply(SessionChange.Outcome.WRONG_TYPE, existing.stamp().time(), null)
                    .encode();
        }
        SessionChange.Effect effect = decoded.appliedTo(existing);
        SessionValue next = effect.next();
        if (next != null) {
            long ttl = engineTtlMillis(next, decoded.nowMillis());
            ((ExtendedMapEntry<String, byte[]>) entry)
                    .setValue(next.encode(), ttl, TimeUnit.MILLISECONDS);
        }
        return SessionReply.of(effect, existing, wantsBefore).encode();
    }

    /** Whoever wants what was there before wants text. */
    private static boolean isNoText(SessionValue existing, long nowMillis) {
        return existing.aliveAt(nowMillis) && existing.kind() != SessionValue.Kind.TEXT;
    }

    /** How long the engine keeps a value, in milliseconds; 0: for ever. */
    static long engineTtlMillis(SessionValue value, long nowMillis) {
        long kept = value.heldForMillis(nowMillis);
        return kept == SessionStore.NEVER ? 0 : kept + SLACK_MILLIS;
    }

    @Override
    public EntryProcessor<String, byte[], byte[]> getBackupProcessor() {
        return this;
    }

    @Override
    public int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    public int getClassId() {
        return Serials.APPLY_CHANGE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(change);
        out.writeBoolean(wantsBefore);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte @Nullable [] read = in.readByteArray();
        change = read == null ? new byte[0] : read;
        wantsBefore = in.readBoolean();
    }
}
