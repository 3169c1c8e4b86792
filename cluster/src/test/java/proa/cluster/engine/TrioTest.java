package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionStoreConformance;

import java.util.List;

class TrioTest extends SessionStoreConformance {

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start(3);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void everyMemberNamesTheTwoThatHoldAKey() throws Exception {
        for (int key = 0; key < 8; key++) {
            SessionStore.Holders holders = store().holders("held" + key);
            assertThat(List.of(holders.owner(), holders.backup()))
                    .doesNotHaveDuplicates()
                    .allMatch(name -> name.matches("lb[123]"));
            assertThat(elsewhere().holders("held" + key)).isEqualTo(holders);
        }
    }

    @Override
    protected SessionStore store() {
        return cluster.stores.getFirst();
    }

    @Override
    protected SessionStore elsewhere() {
        return cluster.stores.getLast();
    }
}
