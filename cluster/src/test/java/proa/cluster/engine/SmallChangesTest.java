package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.TcpServerConnection;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStore;

import java.util.Random;

/** What of a change travels between the members that have the copies of a session. */
class SmallChangesTest {

    private static final int KEYS = 50;
    private static final int VALUE_BYTES = 100_000;
    private static final int ROUNDS = 4;
    private static final long HOUR_MILLIS = 3_600_000;

    /** A question, its answer, the backup and its acknowledgement: many times what there is. */
    private static final long BYTES_MAX = 5_000;

    @Test
    void anExpiryMovesNoValueToTheOwnerNorToTheBackup() throws Exception {
        try (TestCluster cluster = TestCluster.start(2)) {
            HazelcastSessions here = cluster.stores.getFirst();
            HazelcastSessions there = cluster.stores.getLast();
            byte[] value = new byte[VALUE_BYTES];
            new Random(1).nextBytes(value);

            long before = sent();
            for (int key = 0; key < KEYS; key++) {
                here.set("s" + key, value, HOUR_MILLIS, SessionStore.Condition.ALWAYS);
            }
            long written = sent() - before;
            assertThat(written / KEYS).as("bytes of a write").isGreaterThanOrEqualTo(VALUE_BYTES);

            before = sent();
            for (int round = 1; round <= ROUNDS; round++) {
                for (int key = 0; key < KEYS; key++) {
                    assertThat(here.expire("s" + key, round * 2L * HOUR_MILLIS)).isTrue();
                }
            }
            long each = (sent() - before) / (ROUNDS * KEYS);
            System.out.printf(
                    "sent between two members: %,d bytes for a session of %,d bytes, %,d for its"
                            + " expiry%n",
                    written / KEYS, VALUE_BYTES, each);
            assertThat(each).as("bytes of an expiry").isBetween(1L, BYTES_MAX);

            // Both copies have it: the one that is left says so when the other is gone.
            here.close();
            cluster.stores.remove(here);
            for (int key = 0; key < KEYS; key++) {
                assertThat(there.get("s" + key)).isEqualTo(value);
                assertThat(there.ttlMillis("s" + key))
                        .isGreaterThan((ROUNDS * 2 - 1) * HOUR_MILLIS);
            }
        }
    }

    /** Bytes that the members have written to each other since they are connected. */
    private static long sent() {
        return Hazelcast.getAllHazelcastInstances().stream()
                .mapToLong(SmallChangesTest::sent)
                .sum();
    }

    private static long sent(HazelcastInstance member) {
        return ((HazelcastInstanceProxy) member)
                .getOriginal().node.getServer().getConnections().stream()
                        .mapToLong(SmallChangesTest::sent)
                        .sum();
    }

    private static long sent(ServerConnection connection) {
        return ((TcpServerConnection) connection).getChannel().bytesWritten();
    }
}
