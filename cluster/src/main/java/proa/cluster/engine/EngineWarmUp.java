package proa.cluster.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStore;
import proa.config.ClusterConfig;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A short life of an engine alone, before the first one with peers. A member that joins becomes the
 * owner of a third of the keys within seconds; everybody's writes of those wait while its code is
 * cold. Once in a process.
 */
final class EngineWarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(EngineWarmUp.class);

    private static final int WRITES = 3_000;
    private static final int KEYS = 500;
    private static final int VALUE_BYTES = 512;
    private static final long TTL_MILLIS = 600_000;

    private static final String AFTER_ITS_LIFE_SECONDS = "600";

    /** A busy machine gets no warmer by waiting. */
    private static final long AT_MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private EngineWarmUp() {}

    /** Unless it was done before, or there is nobody who would wait. */
    static void once(ClusterConfig cluster, ClusterConfig.Node self) {
        if (cluster.nodes().size() > 1 && BEGUN.compareAndSet(false, true)) {
            long began = System.nanoTime();
            try {
                int writes = run(cluster, self);
                LOG.info(
                        "sessions: the engine has warmed up by {} writes in {} ms",
                        writes,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            } catch (RuntimeException | SessionException e) {
                LOG.warn("sessions: the engine did not warm up: {}", e.toString());
            }
        }
    }

    /**
     * The configuration it will have, but for peers; any free port, which nobody knows. It looks
     * for nobody: an engine that is looking cannot be ended for three seconds.
     */
    private static Config alone(ClusterConfig cluster, ClusterConfig.Node self) {
        ClusterConfig.Ports ports = cluster.ports();
        Config config =
                EngineConfig.of(
                        new ClusterConfig(
                                cluster.name() + "-warm-up",
                                cluster.timing(),
                                List.of(self),
                                Optional.empty(),
                                new ClusterConfig.Ports(
                                        ports.members(), ports.sessions(), 0, ports.mesh()),
                                cluster.ownership()),
                        self);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setMembers(List.of());
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", AFTER_ITS_LIFE_SECONDS);
        return config;
    }

    /** How many writes that were. */
    static int run(ClusterConfig cluster, ClusterConfig.Node self) throws SessionException {
        HazelcastInstance engine = Hazelcast.newHazelcastInstance(alone(cluster, self));
        try {
            IMap<String, byte[]> map = engine.getMap(EngineConfig.MAP);
            LocalReads reads = new LocalReads(engine);
            Attempts attempts = new Attempts();
            EngineClock clock = new EngineClock(self.id());
            byte[] value = "x".repeat(VALUE_BYTES).getBytes(US_ASCII);
            Wish wish = new Wish.Write(value, TTL_MILLIS, SessionStore.Condition.ALWAYS, false);
            long until = System.nanoTime() + AT_MOST_NANOS;
            int writes = 0;
            while (writes < WRITES && System.nanoTime() - until < 0) {
                String key = "warm-up:" + writes++ % KEYS;
                new Patience(attempts, () -> true, () -> true, false)
                        .change(
                                wish,
                                clock,
                                change ->
                                        SessionReply.decode(
                                                map.executeOnKey(
                                                        key, new ApplyChange(change, false))));
                reads.find(key);
            }
            return writes;
        } finally {
            engine.getLifecycleService().terminate();
        }
    }
}
