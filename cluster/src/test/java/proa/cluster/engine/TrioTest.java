package proa.cluster.engine;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionStoreConformance;

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

    @Override
    protected SessionStore store() {
        return cluster.stores.getFirst();
    }

    @Override
    protected SessionStore elsewhere() {
        return cluster.stores.getLast();
    }
}
