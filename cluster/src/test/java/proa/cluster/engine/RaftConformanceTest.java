package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionStoreConformance;

import java.nio.file.Path;

/** What every engine must do, asked of two members that do not lead and so ask the third. */
class RaftConformanceTest extends SessionStoreConformance {

    @TempDir private static Path disks;

    private static RaftTrio trio;
    private static String leader;

    @BeforeAll
    static void start() throws Exception {
        trio = new RaftTrio(disks).startAll();
        leader = trio.leader();
    }

    @AfterAll
    static void stop() {
        trio.close();
    }

    /** Nobody can know by itself that it is not behind. */
    @Test
    @Override
    protected void whatIsAtHandIsWhatWasAcknowledged() throws Exception {
        store().set(
                        "at hand",
                        "one".getBytes(UTF_8),
                        SessionStore.NEVER,
                        SessionStore.Condition.ALWAYS);
        for (String name : RaftTrio.NAMES) {
            assertThat(trio.get(name).atHand("at hand")).isNull();
        }
    }

    @Test
    void theLeaderIsAsGoodAsTheOthers() throws Exception {
        byte[] value = "two".getBytes(UTF_8);
        trio.get(leader).set("led", value, 60_000, SessionStore.Condition.ALWAYS);
        for (String name : RaftTrio.NAMES) {
            assertThat(trio.get(name).get("led")).isEqualTo(value);
            RaftTrio.await(
                    "the leader holds it",
                    () -> trio.get(name).holders("led").owner().equals(trio.leader()));
        }
    }

    @Override
    protected SessionStore store() {
        return trio.get(trio.others(leader).getFirst());
    }

    @Override
    protected SessionStore elsewhere() {
        return trio.get(trio.others(leader).getLast());
    }
}
