package proa.cluster.engine;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.spi.MemberAddressProvider;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.splitbrainprotection.SplitBrainProtection;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;

import org.jspecify.annotations.Nullable;

import proa.config.ClusterConfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

/** The engine's settings. Measured reasons are in docs/decisions. */
final class EngineConfig {

    static final String MAP = "sessions";

    /** When the newest snapshot of each former life was taken. */
    static final String LIVES = "lives";

    /** A trio's majority. */
    static final int MAJORITY = 2;

    /** Fewer than the engine's 271: promoting them after a death is what writes wait for. */
    private static final int PARTITIONS = 71;

    /**
     * After this a joining engine forgets its master and asks anew: longer than a master lets it
     * wait. One that is admitted at that very moment has joined without a master.
     */
    private static final int JOIN_ROUND_SECONDS = 2;

    /** Name and value of the engine's setting for who writes its log. */
    static final String LOGGING = "hazelcast.logging.type";

    static final String LOGGING_BY = "slf4j";

    private static final String PROTECTION = "majority";

    private static final Map<String, String> PROPERTIES =
            Map.ofEntries(
                    Map.entry("hazelcast.phone.home.enabled", "false"),
                    Map.entry(LOGGING, LOGGING_BY),
                    Map.entry("hazelcast.logging.details.enabled", "false"),
                    Map.entry("hazelcast.shutdownhook.enabled", "false"),
                    Map.entry("hazelcast.socket.bind.any", "false"),
                    Map.entry("hazelcast.socket.connect.timeout.seconds", "1"),
                    Map.entry("hazelcast.partition.count", Integer.toString(PARTITIONS)),
                    // A write whose backup did not answer has an unknown outcome; saying "done"
                    // lost
                    // acknowledged writes.
                    Map.entry("hazelcast.operation.fail.on.indeterminate.state", "true"),
                    Map.entry("hazelcast.operation.backup.timeout.millis", "300"),
                    Map.entry("hazelcast.operation.call.timeout.millis", "8000"),
                    Map.entry("hazelcast.invocation.retry.pause.millis", "20"),
                    // A refused connection is a fault; the second in a row ejects the member.
                    Map.entry("hazelcast.connection.monitor.interval", "0"),
                    Map.entry("hazelcast.connection.monitor.max.faults", "1"),
                    Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
                    Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
                    // Also how often, a retry pause apart, a new master asks a member that does not
                    // know yet that the old one is dead, before it goes on without it: 2 s.
                    Map.entry("hazelcast.mastership.claim.timeout.seconds", "120"),
                    // Also heals a member that has joined without a master: it refuses the list,
                    // is left out and merges. Until then it gets no copies.
                    Map.entry("hazelcast.member.list.publish.interval.seconds", "2"),
                    Map.entry("hazelcast.wait.seconds.before.join", "1"),
                    Map.entry("hazelcast.max.wait.seconds.before.join", "3"),
                    Map.entry("hazelcast.merge.first.run.delay.seconds", "2"),
                    Map.entry("hazelcast.merge.next.run.delay.seconds", "2"),
                    Map.entry("hazelcast.partition.backup.sync.interval", "5"),
                    Map.entry("hazelcast.graceful.shutdown.max.wait", "10"));

    static {
        EngineTime.install();
    }

    private EngineConfig() {}

    /** The engine's loopback address of a member: the same on every machine. */
    static InetAddress loopback(ClusterConfig.Node node) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 77, 0, (byte) node.id()});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The same, as the engine writes it. */
    static String host(ClusterConfig.Node node) {
        return loopback(node).getHostAddress();
    }

    /** Where that member's engine is reached from any member. */
    static InetSocketAddress address(ClusterConfig cluster, ClusterConfig.Node node) {
        return new InetSocketAddress(loopback(node), cluster.ports().engine());
    }

    static Config of(ClusterConfig cluster, ClusterConfig.Node self) {
        Config config = new Config();
        config.setClusterName("proa-" + cluster.name());
        config.setInstanceName("proa-" + cluster.name() + "-" + self.name());
        PROPERTIES.forEach(config::setProperty);
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.getSerializationConfig().addDataSerializableFactory(Serials.FACTORY, new Serials());
        network(config.getNetworkConfig(), cluster, self);
        config.addMapConfig(map(cluster));
        if (cluster.nodes().size() > MAJORITY) {
            config.addSplitBrainProtectionConfig(
                    new SplitBrainProtectionConfig(PROTECTION, true, MAJORITY)
                            .setProtectOn(SplitBrainProtectionOn.READ_WRITE));
        }
        return config;
    }

    /** What tells whether a member of a trio sees a majority; null: any number will do. */
    static @Nullable SplitBrainProtection majority(
            HazelcastInstance engine, ClusterConfig cluster) {
        return cluster.nodes().size() > MAJORITY
                ? engine.getSplitBrainProtectionService().getSplitBrainProtection(PROTECTION)
                : null;
    }

    private static void network(
            NetworkConfig network, ClusterConfig cluster, ClusterConfig.Node self) {
        InetSocketAddress own = address(cluster, self);
        network.setPort(own.getPort()).setPortAutoIncrement(false).setReuseAddress(true);
        network.getMemberAddressProviderConfig()
                .setEnabled(true)
                .setImplementation(new OneAddress(own));
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        List<String> members =
                cluster.nodes().stream()
                        .map(node -> address(cluster, node))
                        .map(at -> at.getAddress().getHostAddress() + ":" + at.getPort())
                        .toList();
        join.getTcpIpConfig()
                .setEnabled(true)
                .setConnectionTimeoutSeconds(JOIN_ROUND_SECONDS)
                .setMembers(members);
    }

    private static MapConfig map(ClusterConfig cluster) {
        MapConfig map =
                new MapConfig(MAP)
                        .setBackupCount(1)
                        .setAsyncBackupCount(0)
                        .setInMemoryFormat(InMemoryFormat.BINARY)
                        .setStatisticsEnabled(false)
                        .setPerEntryStatsEnabled(false)
                        // What is discarded here, SplitHealing has kept.
                        .setMergePolicyConfig(
                                new MergePolicyConfig()
                                        .setPolicy(DiscardMergePolicy.class.getName()));
        return cluster.nodes().size() > MAJORITY
                ? map.setSplitBrainProtectionName(PROTECTION)
                : map;
    }

    /** Bound and advertised alike; the engine must not choose one by itself. */
    private record OneAddress(InetSocketAddress own) implements MemberAddressProvider {
        @Override
        public InetSocketAddress getBindAddress() {
            return own;
        }

        @Override
        public InetSocketAddress getBindAddress(EndpointQualifier qualifier) {
            return own;
        }

        @Override
        public InetSocketAddress getPublicAddress() {
            return own;
        }

        @Override
        public InetSocketAddress getPublicAddress(EndpointQualifier qualifier) {
            return own;
        }
    }
}
