package proa.cluster.engine;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** The numbers under which the engine ships our classes between members; they never change. */
final class Serials implements DataSerializableFactory {

    static final int FACTORY = 7701;
    static final int APPLY_CHANGE = 1;
    static final int KEEP_LATER = 2;
    static final int ALIVE_KEYS = 3;
    static final int TELL_STAMP = 4;
    static final int HEAR = 5;
    static final int ASK_TO_READ = 6;
    static final int RECALL = 7;

    @Override
    public IdentifiedDataSerializable create(int type) {
        return switch (type) {
            case APPLY_CHANGE -> new ApplyChange();
            case KEEP_LATER -> new KeepLater();
            case ALIVE_KEYS -> new AliveKeys();
            case TELL_STAMP -> new TellStamp();
            case HEAR -> new Hear();
            case ASK_TO_READ -> new ReadMessage.Ask();
            case RECALL -> new ReadMessage.Recall();
            default -> throw new IllegalArgumentException("unknown class number " + type);
        };
    }
}
