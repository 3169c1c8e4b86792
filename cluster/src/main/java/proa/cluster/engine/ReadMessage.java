package proa.cluster.engine;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.AllowedDuringPassiveState;
import com.hazelcast.spi.impl.operationservice.Operation;

import org.jspecify.annotations.Nullable;

/**
 * What members say to each other for {@link ReadGrants}. Of the kind that the engine also carries
 * while a member leaves, because that is when it moves what lies there. Runs on a thread of the
 * engine that waits for nothing.
 */
abstract class ReadMessage extends Operation
        implements IdentifiedDataSerializable, AllowedDuringPassiveState {

    private @Nullable Long answer;

    /** Null where the engine has only just started: it reads nothing, and grants nothing. */
    abstract @Nullable Long answer(ReadGrants here);

    @Override
    public final void run() {
        ReadGrants here = ReadGrants.here(getNodeEngine().getHazelcastInstance());
        answer = here == null ? null : answer(here);
    }

    @Override
    public final @Nullable Object getResponse() {
        return answer;
    }

    @Override
    public final int getFactoryId() {
        return Serials.FACTORY;
    }

    @Override
    protected final void writeInternal(ObjectDataOutput out) {
        // who says it is in what is sent with it
    }

    @Override
    protected final void readInternal(ObjectDataInput in) {
        // nothing was sent besides
    }

    /** Asks the master whether copies may be read in place; see {@link ReadGrants#grant}. */
    static final class Ask extends ReadMessage {
        @Override
        @Nullable Long answer(ReadGrants here) {
            return here.grant(getCallerUuid());
        }

        @Override
        public int getClassId() {
            return Serials.ASK_TO_READ;
        }
    }

    /** The master takes that back, before it moves a copy. */
    static final class Recall extends ReadMessage {
        @Override
        @Nullable Long answer(ReadGrants here) {
            here.recall();
            return 0L;
        }

        @Override
        public int getClassId() {
            return Serials.RECALL;
        }
    }
}
