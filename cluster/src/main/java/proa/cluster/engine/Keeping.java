package proa.cluster.engine;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.map.IMap;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** What is asked of an engine so that its content can be kept elsewhere. */
final class Keeping {

    private Keeping() {}

    /** See {@link SessionStore#copies}. */
    static void copies(HazelcastInstance engine, Consumer<List<SessionCopy>> to)
            throws SessionException {
        try {
            new LocalCopies(engine).each(to);
        } catch (IllegalStateException e) {
            throw new SessionException.Unavailable("not all copies: " + e.getMessage());
        }
    }

    /**
     * The life of the engine's cluster. Its first member gives it an identity and a beginning,
     * which every later one takes over, and so does a part that joins another after a split.
     * Through the engine's inside.
     */
    static SessionStore.Life life(HazelcastInstance engine) throws SessionException {
        try {
            ClusterServiceImpl cluster =
                    ((HazelcastInstanceProxy) engine).getOriginal().node.getClusterService();
            UUID id = cluster.getClusterId();
            if (id == null) {
                throw new SessionException.Starting("the session engine has not joined its peers");
            }
            long age = cluster.getClusterClock().getClusterUpTime();
            return new SessionStore.Life(id.toString(), Math.max(0, age));
        } catch (HazelcastInstanceNotActiveException _) {
            throw ended();
        }
    }

    /** One of the engine's maps. */
    static <V> IMap<String, V> map(HazelcastInstance engine, String name)
            throws SessionException.Starting {
        try {
            return engine.getMap(name);
        } catch (HazelcastInstanceNotActiveException _) {
            throw ended();
        }
    }

    /** An engine that ends by itself is started again. */
    private static SessionException.Starting ended() {
        return new SessionException.Starting("the session engine has ended and starts again");
    }
}
