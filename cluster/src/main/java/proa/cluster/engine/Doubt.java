package proa.cluster.engine;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;

import org.jspecify.annotations.Nullable;

import proa.cluster.member.Member;
import proa.config.ClusterConfig;

import java.io.Serial;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Whether what this member's engine does not find may be there all the same, with a member that has
 * been apart, this one included, and has yet to bring it. See {@link Parted}. Safe from any thread.
 */
final class Doubt implements AutoCloseable {

    private static final String WHY =
            "it may be with a member that was apart and brings what it has";

    /** Less than a try may take while copies move. */
    private static final int RESTS = 8;

    private static final long REST_MILLIS = 20;

    private final ClusterConfig cluster;
    private final Supplier<@Nullable HazelcastInstance> engine;
    private final BooleanSupplier brings;
    private final long life = new SplittableRandom().nextLong();
    private final Parted parted;
    private final EngineWords words;
    private volatile boolean leaves;

    /**
     * Begins to exchange words with the other members.
     *
     * @param engine of now, if one runs
     * @param brings whether this member has yet to bring something
     */
    Doubt(
            ClusterConfig cluster,
            String self,
            Member member,
            Supplier<@Nullable HazelcastInstance> engine,
            BooleanSupplier brings) {
        this.cluster = cluster;
        this.engine = engine;
        this.brings = brings;
        parted = new Parted(cluster.nodes().size() <= EngineConfig.MAJORITY);
        words = EngineWords.exchange(member, self, parted, this::word, this::look);
    }

    /** Whether there is any now. */
    boolean any() {
        return brings.getAsBoolean() || parted.doubtful(System.nanoTime());
    }

    /**
     * A read that fails when it does not find all and that means nothing: there was doubt before,
     * or there is afterwards.
     */
    <T extends @Nullable Object> Callable<T> sure(Callable<T> read, Predicate<T> whole) {
        return () -> {
            boolean before = any();
            T answer = read.call();
            if (!whole.test(answer)) {
                look();
                if (before || any()) {
                    rest();
                    throw new MissingException();
                }
            }
            return answer;
        };
    }

    /** What it waits for is being brought: to ask again and again at once would hold that up. */
    private void rest() throws InterruptedException {
        for (int looks = 0; looks < RESTS && any(); looks++) {
            Thread.sleep(REST_MILLIS);
        }
    }

    private static final class MissingException extends RuntimeException {
        @Serial private static final long serialVersionUID = 1;

        private MissingException() {
            super(WHY, null, false, false);
        }
    }

    /** Whether it brings is looked at last: an engine begins to before it has its new identity. */
    private EngineWord word() {
        HazelcastInstance now = leaves ? null : engine.get();
        UUID identity = now == null ? null : identity(now);
        boolean doubts = identity != null && parted.own(System.nanoTime());
        return new EngineWord(life, identity, !leaves && brings.getAsBoolean(), doubts);
    }

    private static @Nullable UUID identity(HazelcastInstance engine) {
        try {
            return engine.getCluster().getLocalMember().getUuid();
        } catch (HazelcastInstanceNotActiveException _) {
            return null;
        }
    }

    private void look() {
        HazelcastInstance now = engine.get();
        parted.has(now == null ? Map.of() : others(now));
    }

    private Map<String, UUID> others(HazelcastInstance engine) {
        Map<String, UUID> others = new HashMap<>();
        try {
            for (com.hazelcast.cluster.Member member : engine.getCluster().getMembers()) {
                String host = member.getAddress().getHost();
                if (!member.localMember()) {
                    cluster.nodes().stream()
                            .filter(node -> host.equals(EngineConfig.host(node)))
                            .forEach(node -> others.put(node.name(), member.getUuid()));
                }
            }
            return others;
        } catch (HazelcastInstanceNotActiveException _) {
            return Map.of();
        }
    }

    /** This member leaves and has brought everything: nobody waits for it. */
    @Override
    public void close() {
        leaves = true;
        words.close();
    }
}
