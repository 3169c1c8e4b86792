package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionStore;
import proa.config.ClusterConfig;
import proa.testing.Patience;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Members of the Raft engine whose disks hang, or have no room. */
@Timeout(300)
class RaftMemberTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int VALUE_BYTES = 1 << 20;

    @TempDir private Path disks;

    /** What is answered does not wait for the thread, nor take a place that others need. */
    @Test
    void answersAreHeardWhileItsThreadHangs() throws Exception {
        try (RaftTrio trio = new RaftTrio(disks)) {
            ClusterConfig cluster = trio.config.cluster();
            ClusterConfig.Node self = cluster.nodes().getFirst();
            try (RaftMember hanging =
                    RaftMember.open(cluster, self, trio.disk("lb1"), new EngineClock(1))) {
                byte[] result = new RaftCalls.Result(RaftCalls.ANSWERED, 1, new byte[0]).encode();
                byte[] answer = new RaftEnvelope(RaftEnvelope.Kind.ANSWER, 9, result).encode();
                for (int n = 0; n <= RaftEvents.WAITING_MAX; n++) {
                    hanging.received(2, answer);
                }
                assertThat(hanging.dropped()).isZero();
            }
        }
    }

    @Test
    void aSnapshotThatCannotBeWrittenStopsNobody() throws Exception {
        try (RaftTrio trio = new RaftTrio(disks).startAll()) {
            for (String name : RaftTrio.NAMES) {
                Path taken = trio.disk(name).resolve(RaftSessions.FOLDER).resolve("snapshot.new");
                Files.createDirectories(taken.resolve("in the way"));
            }
            RaftSessions store = trio.get("lb1");
            byte[] value = new byte[VALUE_BYTES];
            for (long written = 0; written < 2 * RaftSnapshots.LOG_BYTES; written += VALUE_BYTES) {
                store.set("key", value, SessionStore.NEVER, SessionStore.Condition.ALWAYS);
            }
            for (String name : RaftTrio.NAMES) {
                Patience patience = new Patience(PATIENCE);
                while (!trio.get(name).writable()) {
                    assertThat(patience.isOver()).as(name).isFalse();
                    Thread.onSpinWait();
                }
            }
        }
    }
}
