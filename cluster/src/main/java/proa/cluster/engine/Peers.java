package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.config.ClusterConfig;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What the membership says of the others, for the engine. Safe from any thread. */
final class Peers {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    /**
     * An engine that starts before its peers can be reached makes a cluster of its own, and joining
     * two costs far more than waiting, in milliseconds.
     */
    private static final long AWAITED_MILLIS = 4_000;

    private final int all;
    private final CountDownLatch everybody = new CountDownLatch(1);

    /** The membership knows of a separation seconds before an engine without its master does. */
    private volatile boolean quorum = true;

    private volatile long lostNanos;

    private volatile int inView = 1;

    private Peers(ClusterConfig cluster) {
        this.all = cluster.nodes().size();
    }

    static Peers of(ClusterConfig cluster, Member member) {
        Peers peers = new Peers(cluster);
        member.onView(peers::seen);
        return peers;
    }

    private void seen(Member.View view) {
        if (quorum && !view.quorum()) {
            lostNanos = System.nanoTime();
        }
        quorum = view.quorum();
        inView = view.members().size();
        if (inView >= all) {
            everybody.countDown();
        }
    }

    /** Whether a majority of the members is in view. */
    boolean quorum() {
        return quorum;
    }

    /** How long ago there was one; 0: there is. */
    long apartNanos() {
        long lost = lostNanos;
        return quorum ? 0 : System.nanoTime() - lost;
    }

    /** A trio's member takes no writes without a majority, so it waits for one. */
    void await(BooleanSupplier given) throws InterruptedException {
        boolean here = everybody.await(AWAITED_MILLIS, TimeUnit.MILLISECONDS);
        boolean trio = all > EngineConfig.MAJORITY;
        while (!here && !given.getAsBoolean() && trio && inView < EngineConfig.MAJORITY) {
            here = everybody.await(AWAITED_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (!here) {
            LOG.info("sessions: starting although not every member is in view");
        }
    }
}
