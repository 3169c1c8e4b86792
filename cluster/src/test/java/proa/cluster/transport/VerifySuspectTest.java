package proa.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.protocols.TCP;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.config.ClusterConfig;
import proa.config.Timing;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

/** What becomes of a member that is suspected; the dead ones are in KilledMemberTest. */
@Timeout(60)
class VerifySuspectTest {

    /** Longer than a busy machine may keep the test or a member from its next step. */
    private static final long ANSWER_MILLIS = 5_000;

    private final List<Group> groups = new ArrayList<>();
    private final BlockingQueue<List<Integer>> views = new LinkedBlockingQueue<>();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final Semaphore free = new Semaphore(1);
    private VerifySuspect verification;
    private Address other;

    @BeforeEach
    void twoMembers() throws Exception {
        ClusterConfig cluster = pair();
        for (ClusterConfig.Node node : cluster.nodes()) {
            BlockingQueue<List<Integer>> heard =
                    node.id() == 1 ? views : new LinkedBlockingQueue<>();
            groups.add(
                    Group.join(
                            cluster,
                            node,
                            System.currentTimeMillis(),
                            Optional.empty(),
                            new Group.Listener() {
                                @Override
                                public void view(List<Integer> ids) {
                                    heard.add(ids);
                                }

                                @Override
                                public void received(int id, byte[] bytes) {
                                    busy.countDown();
                                    free.acquireUninterruptibly();
                                    free.release();
                                }
                            }));
        }
        while (views.take().size() < 2) {
            Thread.onSpinWait();
        }
        verification =
                groups.getFirst().channel().getProtocolStack().findProtocol(VerifySuspect.class);
        verification.setTimeout(ANSWER_MILLIS);
        other = groups.getLast().channel().getAddress();
    }

    private static ClusterConfig pair() throws Exception {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String prefix = "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".";
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (int id = 1; id <= 2; id++) {
            nodes.add(
                    new ClusterConfig.Node(
                            "lb" + id, id, List.of(InetAddress.getByName(prefix + id))));
        }
        return new ClusterConfig(
                "suspects",
                Timing.VM, // nobody is suspected but by the test
                nodes,
                Optional.empty(),
                ClusterConfig.Ports.DEFAULTS,
                ClusterConfig.Ownership.BIND);
    }

    @AfterEach
    void leave() {
        groups.reversed().forEach(Group::close);
    }

    private void suspect() {
        verification.up(new Event(Event.SUSPECT, List.of(other)));
    }

    /** Whoever cannot answer stays suspected at least until the time to answer is over. */
    private void suspectTheSilent() {
        suspect();
        assertThat(verification.getSuspects()).contains("lb2");
    }

    private void awaitVerdict() {
        while (!verification.getSuspects().equals("[]")) {
            Thread.onSpinWait();
        }
    }

    /** TCP would gather what is small (RFC 896) while the other side delays its acknowledgement. */
    @Test
    void whatIsSentDoesNotWaitForAnAcknowledgement() {
        TCP transport = groups.getFirst().channel().getProtocolStack().findProtocol(TCP.class);
        assertThat(transport.tcpNodelay()).isTrue();
    }

    @Test
    void aLivingMemberAnswersAndStays() {
        suspect();
        assertStays();
    }

    private void assertStays() {
        awaitVerdict();
        assertThat(views).isEmpty();
        assertThat(groups.getFirst().channel().getView().size()).isEqualTo(2);
    }

    @Test
    void aMemberThatIsBusyWithWhatThisOneHasSentAnswersNevertheless() throws Exception {
        free.acquire();
        try {
            groups.getFirst().sendTo(2, new byte[] {1});
            busy.await();
            suspect();
            assertStays();
        } finally {
            free.release();
        }
    }

    @Test
    void aSilentMemberThatIsHeardOfAgainStays() throws Exception {
        try (Separation _ = new Separation(groups.getLast())) {
            suspectTheSilent();
            verification.up(new Event(Event.UNSUSPECT, other));
            assertThat(verification.getSuspects()).isEqualTo("[]");
        }
        assertThat(views).isEmpty();
    }

    @Test
    void aMemberThatDoesNotAnswerGoes() throws Exception {
        try (Separation _ = new Separation(groups.getLast())) {
            suspectTheSilent();
            assertThat(views.take()).containsExactly(1);
        }
    }
}
