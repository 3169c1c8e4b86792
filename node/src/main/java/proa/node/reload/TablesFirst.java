package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.config.ProaConfig;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of a node that starts wait at its door until its tables are here: where its address has
 * stayed, as nobody could take it over, they would be sent to other servers than before. They do
 * not wait for members that are not there, nor longer than {@link #MAX}.
 */
final class TablesFirst {

    /** Not for members that may never come (decision 10). */
    static final Duration MAX = Setup.Waits.DEFAULTS.members();

    private static final Logger LOG = LoggerFactory.getLogger(TablesFirst.class);
    private static final long LOOK_NANOS = 2_000_000;

    private TablesFirst() {}

    /** Whether there is anything to wait for at all. */
    static boolean matter(ProaConfig config) {
        return !config.tables().isEmpty() && config.cluster().nodes().size() > 1;
    }

    /**
     * Whether clients may come in.
     *
     * @param waited since the start
     */
    static boolean mayComeIn(Member member, Duration waited) {
        Member.View view = member.view();
        boolean joined = view.number() > 0;
        boolean alone = joined && view.members().size() < 2;
        return alone || (joined && member.synchronised()) || waited.compareTo(MAX) >= 0;
    }

    /** Opens the doors as soon as that may be, once. */
    static Thread open(Member member, Frontends frontends) {
        return Thread.ofVirtual()
                .name("tables-first")
                .start(
                        () -> {
                            long began = System.nanoTime();
                            Duration waited = Duration.ZERO;
                            while (!mayComeIn(member, waited)) {
                                LockSupport.parkNanos(LOOK_NANOS);
                                if (Thread.currentThread().isInterrupted()) {
                                    return;
                                }
                                waited = Duration.ofNanos(System.nanoTime() - began);
                            }
                            frontends.admit();
                            if (waited.compareTo(MAX) >= 0) {
                                LOG.warn(
                                        "clients are let in after {} ms although {}",
                                        waited.toMillis(),
                                        Readiness.NOT_SYNCHRONISED);
                            }
                        });
    }
}
