package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;

import org.junit.jupiter.api.Test;

import proa.config.ClusterConfig;
import proa.testing.Ports;

/** What an engine does before it meets others. */
class EngineWarmUpTest {

    @Test
    void itWritesAloneAndLeavesNothing() throws Exception {
        ClusterConfig cluster = TestCluster.config(3, "cold", Ports.free()).cluster();
        assertThat(EngineWarmUp.run(cluster, cluster.node("lb2").orElseThrow())).isPositive();
        assertThat(Hazelcast.getAllHazelcastInstances())
                .noneMatch(engine -> engine.getName().contains("cold"));
    }
}
