package proa.node.reload;

import proa.cluster.member.Member;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Mode;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.node.admin.Configurations;
import proa.node.link.SelfRequest;
import proa.node.link.Vitals;
import proa.node.listener.EventLoops;
import proa.node.probe.Probes;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** When this node, and each group on it, is ready to take traffic of its own accord. */
final class Readiness {

    static final String NOT_SYNCHRONISED = "tables are still being fetched from other members";
    static final String OLD =
            "the configuration is still being compared with that of other members";
    static final String UNTOLD = "what operators asked of servers is still being fetched";
    private static final String WARMING_SESSIONS = "warming up sessions";
    static final String UNPROBED = "servers have not all been probed";

    /** Of a newer version that has been seen: it is fetched and taken in, or cannot be. */
    private static final Duration FOLLOW_MAX = Duration.ofSeconds(15);

    private final Duration membersMax;
    private final Gate node;
    private final Map<String, Gate> groups = new LinkedHashMap<>();

    /** What a returning node fetches from the others besides the tables. */
    record Fetched(Configurations configurations, OverrideExchange overrides) {}

    Readiness(
            Setup setup,
            Member member,
            Fetched fetched,
            Probes probes,
            WarmUp warmUp,
            SessionService sessions,
            Frontends frontends) {
        ProaConfig config = setup.config();
        membersMax = setup.waits().members();
        long began = System.nanoTime();
        Gate common =
                new Gate()
                        .until(
                                NOT_SYNCHRONISED,
                                () -> waited(began) || synchronised(member, config.cluster()))
                        .until(OLD, () -> follows(began, fetched.configurations()))
                        .until(
                                UNTOLD,
                                () ->
                                        waited(began)
                                                || config.cluster().nodes().size() == 1
                                                || fetched.overrides().fetched())
                        .until(UNPROBED, probes::firstRoundDone)
                        .until("warming up", warmUp::done);
        node =
                new Gate()
                        .whenever(common::lacking)
                        .whenever(() -> behind(member, config.cluster()))
                        .whenever(sessions::lacking)
                        .until(WARMING_SESSIONS, warmUp::sessionsDone);
        for (GroupConfig group : config.groups()) {
            Gate gate = new Gate().whenever(common::lacking);
            if (hasSessions(config, group)) {
                gate.until(SessionService.LACK, sessions::open)
                        .until(WARMING_SESSIONS, warmUp::sessionsDone);
            }
            gate.whenever(() -> unbound(frontends, group));
            groups.put(group.name(), gate);
        }
    }

    /** What the node lacks. */
    List<String> lacking() {
        return node.lacking();
    }

    /** What each group lacks, as vipd is told. */
    Map<String, String> byGroup() {
        Map<String, String> lacking = new LinkedHashMap<>();
        groups.forEach((name, gate) -> lacking.put(name, String.join(", ", gate.lacking())));
        return lacking;
    }

    /** What vipd is told at every heartbeat. */
    Vitals vitals(EventLoops loops, SelfRequest self, Frontends frontends) {
        Standstill standstill = new Standstill();
        return new Vitals() {
            @Override
            public long oldestTickMillis() {
                long age = (System.nanoTime() - loops.oldestTickNanos()) / 1_000_000;
                standstill.look(age);
                return age;
            }

            @Override
            public long servedMillis() {
                return self.servedMillis();
            }

            @Override
            public Map<String, String> lacking() {
                return byGroup();
            }

            @Override
            public int connections(String group) {
                return frontends.connectionsOf(group);
            }
        };
    }

    /** A node that is alone has nothing to fetch, but may only not have found the others yet. */
    private static boolean synchronised(Member member, ClusterConfig cluster) {
        boolean alone = member.view().members().size() < 2 && cluster.nodes().size() > 1;
        return member.synchronised() && !alone;
    }

    /** Said of the node alone: a group that moved away would follow the load that causes it. */
    private static List<String> behind(Member member, ClusterConfig cluster) {
        return member.behind()
                ? List.of(
                        "tables are %d ms behind the other members, max-lag is %d ms"
                                .formatted(
                                        member.lagNanos() / 1_000_000, cluster.maxLag().toMillis()))
                : List.of();
    }

    private boolean follows(long began, Configurations configurations) {
        return switch (configurations.following()) {
            case LEVEL -> true;
            case UNKNOWN -> waited(began);
            case BEHIND -> waited(began, FOLLOW_MAX);
        };
    }

    private boolean waited(long began) {
        return waited(began, membersMax);
    }

    private static boolean waited(long began, Duration most) {
        return System.nanoTime() - began > most.toNanos();
    }

    private static boolean hasSessions(ProaConfig config, GroupConfig group) {
        return config.frontends().stream()
                .filter(frontend -> frontend.mode() == Mode.SESSIONS)
                .map(FrontendConfig::bind)
                .anyMatch(
                        bind ->
                                bind instanceof Bind.Floating floating
                                        && floating.group().equals(group.name()));
    }

    private static List<String> unbound(Frontends frontends, GroupConfig group) {
        return frontends.missing(group.name()).stream()
                .map(frontend -> "frontend " + frontend + " is not bound")
                .toList();
    }
}
