package proa.cluster.engine;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;

import org.jspecify.annotations.Nullable;

import proa.cluster.member.Member;
import proa.config.ClusterConfig;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells the engine whom the membership has put out. By itself the engine finds a member gone when a
 * second connection in a row fails, and who has nothing to send to the one that is gone makes that
 * no earlier than with the next list of members: two seconds in which the next master was none, and
 * everybody's writes waited. Through the engine's inside. Safe from any thread.
 */
final class Departures {

    private final ClusterConfig cluster;
    private final Supplier<@Nullable HazelcastInstance> engine;

    private volatile List<String> inView = List.of();

    private Departures(ClusterConfig cluster, Supplier<@Nullable HazelcastInstance> engine) {
        this.cluster = cluster;
        this.engine = engine;
    }

    /**
     * Begins to listen.
     *
     * @param engine of now, if one runs
     */
    static void tell(
            ClusterConfig cluster, Member member, Supplier<@Nullable HazelcastInstance> engine) {
        Departures departures = new Departures(cluster, engine);
        member.onView(departures::seen);
    }

    /** The engine's lock may be held for a while, and the membership must not wait for it. */
    private void seen(Member.View view) {
        inView = view.members();
        if (inView.size() < cluster.nodes().size()) {
            Thread.ofVirtual().start(this::suspect);
        }
    }

    private void suspect() {
        HazelcastInstance running = engine.get();
        if (running == null) {
            return;
        }
        try {
            ClusterServiceImpl service =
                    ((HazelcastInstanceProxy) running).getOriginal().node.getClusterService();
            for (MemberImpl member : service.getMemberImpls()) {
                if (!member.localMember() && isOut(member)) {
                    service.suspectMember(member, "put out by the membership", true);
                }
            }
        } catch (HazelcastInstanceNotActiveException _) {
            // the next one asks for itself whom it finds
        }
    }

    private boolean isOut(MemberImpl member) {
        String host = member.getAddress().getHost();
        Optional<ClusterConfig.Node> node =
                cluster.nodes().stream()
                        .filter(each -> EngineConfig.host(each).equals(host))
                        .findFirst();
        return node.isPresent() && !inView.contains(node.get().name());
    }
}
