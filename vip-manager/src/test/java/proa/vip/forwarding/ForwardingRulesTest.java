package proa.vip.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.GroupConfig.Egress;
import proa.config.NatOptions;
import proa.config.Network;
import proa.config.SynProxy;
import proa.vip.forwarding.Assignments.Effect;
import proa.vip.forwarding.Counters.Count;
import proa.vip.forwarding.Counters.Counting;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kernel's tables and rules as text, and who says what is in them. */
class ForwardingRulesTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Service SQL =
            service(
                    Forwarding.NAT,
                    server("s1", 1, false),
                    server("s2", 1, false),
                    server("s3", 1, false));

    private static Server server(String name, int tier, boolean backup) {
        int last = 20 + Integer.parseInt(name.substring(1));
        return new Server(
                name,
                new InetSocketAddress(address("10.78.0." + last), 3306),
                1,
                backup,
                tier,
                Optional.empty());
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static Service service(Forwarding forwarding, Server... servers) {
        return new Service(
                "sql",
                "db",
                forwarding,
                false,
                new InetSocketAddress(address("10.77.0.100"), 3306),
                List.of(),
                false,
                1,
                NatOptions.NONE,
                List.of(servers));
    }

    private static RuleSet rules(Service service, Exit... exits) {
        return RuleSet.of(false, "lab", List.of(service), List.of(exits)).orElseThrow();
    }

    private static Exit exit(Egress egress) {
        return exit(
                egress,
                new Network(address("10.78.0.0"), 24),
                new Network(address("10.79.0.0"), 16));
    }

    private static Exit exit(Egress egress, Network... networks) {
        return new Exit(
                "db",
                address("10.78.0.1"),
                "eth1",
                List.of(networks),
                egress,
                address("10.77.0.100"));
    }

    @Test
    void clientsOnTheServersOwnNetworkAreRefusedWhereAnswersMustPassTheBalancer() {
        for (Forwarding forwarding : List.of(Forwarding.NAT, Forwarding.STATELESS)) {
            Service service = service(forwarding, server("s1", 1, false));
            assertThat(rules(service, exit(Egress.DROP)).replace())
                    .contains(
                            "set f_sql_near { type ipv4_addr; flags interval; auto-merge; counter;"
                                    + " elements = { 10.78.0.0/24 }\n",
                            "    ip saddr != @f_sql_near ip daddr 10.77.0.100 tcp dport 3306 meta"
                                    + " mark set jhash",
                            "hook input priority 0; policy accept;\n    ip daddr 10.77.0.100 tcp"
                                    + " dport 3306 ip saddr @f_sql_near reject with tcp reset\n");
        }
        Service direct = service(Forwarding.DSR, server("s1", 1, false));
        assertThat(rules(direct, exit(Egress.DROP)).replace())
                .as("its servers answer everybody directly")
                .doesNotContain("near", "reject");
    }

    /** A packet into the servers' own network answers another node's check. */
    @Test
    void whatServersSendIntoTheirOwnNetworkKeepsItsSource() {
        String answer = "    ip daddr != @f_sql_near ip saddr . tcp sport @f_sql_servers ";
        Service nat = service(Forwarding.NAT, server("s1", 1, false));
        assertThat(rules(nat, exit(Egress.DROP)).replace())
                .contains(answer + "ct mark set 1347584000 snat to 10.77.0.100:3306\n");
        Service raw = service(Forwarding.STATELESS, server("s1", 1, false));
        assertThat(rules(raw, exit(Egress.DROP)).replace())
                .contains(answer + "notrack\n", answer + "ip saddr set 10.77.0.100\n");
    }

    @Test
    void ofServersBehindARouterTheNetworkThatTheyAreReachedByIsTheirsUnlessTheFloatingAddressIs() {
        Network behind = new Network(address("10.79.0.0"), 24);
        Network front = new Network(address("10.77.0.0"), 24);
        Service routed = service(Forwarding.NAT, server("s1", 1, false));
        assertThat(rules(routed, exit(Egress.DROP, behind, front)).replace())
                .contains("counter; elements = { 10.79.0.0/24 }\n")
                .contains("ip daddr != @f_sql_near ip saddr . tcp sport @f_sql_servers");
        assertThat(rules(routed, exit(Egress.DROP, front)).replace())
                .as("clients and nodes cannot be told apart there")
                .doesNotContain("near");
    }

    @Test
    void theOrderInWhichTheHostListsItsNetworksMakesNoOtherTable() {
        Network small = new Network(address("10.78.0.0"), 24);
        Network large = new Network(address("10.78.0.0"), 16);
        Service service = service(Forwarding.NAT, server("s1", 1, false));
        RuleSet one = rules(service, exit(Egress.DROP, small, large));
        assertThat(one.replace()).contains("{ 10.78.0.0/16, 10.78.0.0/24 }");
        assertThat(one.marker())
                .isEqualTo(rules(service, exit(Egress.DROP, large, small)).marker())
                .isNotEqualTo(rules(service, exit(Egress.DROP, small)).marker());
    }

    @Test
    void translationHasARuleEachWayAndNothingElsePasses() {
        Buckets all = Buckets.of(SQL, Set.of("s1", "s2", "s3")).orElseThrow();
        assertThat(rules(SQL).replace())
                .startsWith("add table ip proa_forward_lab\ndelete table ip proa_forward_lab\n")
                .contains(
                        "ip daddr 10.77.0.100 tcp dport 3306 meta mark set jhash ip saddr . tcp"
                                + " sport mod 4093")
                .contains(" ct mark set 1347584000 dnat to meta mark map @f_sql")
                .contains(
                        "ip saddr . tcp sport @f_sql_servers ct mark set 1347584000 snat to"
                                + " 10.77.0.100:3306")
                .contains("hook forward priority 0; policy drop;")
                .doesNotContain("masquerade")
                .doesNotContain("notrack");
        Filling filling = new Filling(SQL, Optional.of(all));
        assertThat(filling.map()).isEqualTo("f_sql");
        assertThat(filling.values()).hasSize(Buckets.SIZE);
        assertThat(filling.values().get(7)).isEqualTo(new Value.Place(all.at(7)));
    }

    /** A server that went a shorter way to its client would answer with its own address. */
    @Test
    void whereIpv6IsForwardedNeighboursAreToldOfNoShorterWay() {
        for (Forwarding forwarding :
                List.of(Forwarding.NAT, Forwarding.STATELESS, Forwarding.DSR)) {
            String text = six(forwarding).replace();
            String silence = "hook output priority 0; policy accept;\n    icmpv6 type nd-redirect";
            if (forwarding.returns()) {
                assertThat(text).contains(silence);
            } else {
                assertThat(text).as(forwarding.name()).doesNotContain("redirect");
            }
        }
    }

    private static RuleSet six(Forwarding forwarding) {
        InetSocketAddress to = new InetSocketAddress(address("fd00:78::21"), 3306);
        Server server = new Server("s1", to, 1, false, 1, Optional.empty());
        InetSocketAddress floating = new InetSocketAddress(address("fd00:77::100"), 3306);
        Service service =
                new Service(
                        "sql",
                        "db",
                        forwarding,
                        false,
                        floating,
                        List.of(),
                        false,
                        1,
                        NatOptions.NONE,
                        List.of(server));
        return RuleSet.of(true, "lab", List.of(service), List.of()).orElseThrow();
    }

    @Test
    void beginningsAreAnsweredByCookiesAndOnlyWhoReturnsOneReachesAServer() {
        Service guarded =
                new Service(
                        SQL.frontend(),
                        SQL.group(),
                        SQL.forwarding(),
                        false,
                        SQL.address(),
                        List.of(new Network(address("10.1.0.0"), 16)),
                        false,
                        1,
                        new NatOptions(Optional.of(new SynProxy(1_400, 9)), false),
                        SQL.servers());
        String target = "ip saddr @f_sql_allow ip daddr 10.77.0.100 tcp dport 3306 ";
        RuleSet rules = rules(guarded);
        assertThat(rules.replace())
                .contains(target + "tcp flags & (fin | syn | rst | ack) == syn notrack")
                .contains("synproxy mss 1400 wscale 9 timestamp sack-perm\n    " + target + "drop")
                .containsPattern("type nat hook output priority -100; policy accept;\n.* dnat to")
                .contains("ct state established ip saddr . tcp sport @f_sql_from accept")
                .contains(
                        """
                            ip saddr . tcp sport @f_sql_from reject with tcp reset
                            ip saddr . tcp sport @f_sql_from accept
                        """)
                .as("nobody's packet is translated before there is a connection")
                .doesNotContain("type nat hook prerouting", "snat to");
        assertThat(rules.mark("db")).as("it is forgotten like others").isPresent();
    }

    @Test
    void onlyWhatIsRememberedCanBeForgotten() {
        assertThat(rules(SQL).mark("db")).hasValue(RuleSet.MARK + 0x8000);
        assertThat(rules(SQL).mark("web")).isEmpty();
        Service raw = service(Forwarding.STATELESS, server("s1", 1, false));
        assertThat(rules(raw).mark("db")).isEmpty();
    }

    /** Each rule that looks into a set that counts counts the packet once more. */
    @Test
    void aPacketMeetsTheCountersOfItsServerOnce() {
        for (Forwarding forwarding : List.of(Forwarding.NAT, Forwarding.STATELESS)) {
            Service service = service(forwarding, server("s1", 1, false));
            String text = rules(service, exit(Egress.SNAT)).replace();
            for (String counters : List.of("_new", "_to", "_from")) {
                assertThat(text.lines().filter(line -> line.contains("@f_sql" + counters)))
                        .as(forwarding + " " + counters)
                        .hasSize(1);
            }
            assertThat(text)
                    .contains("set f_sql_from { type ipv4_addr . inet_service; counter; elements")
                    .contains("set f_sql_servers { type ipv4_addr . inet_service; elements");
        }
    }

    /** Its answer to another node's check is none to a client. */
    @Test
    void whatAServerThatIsDownSendsToAClientFirstIsDropped() {
        Service dns =
                new Service(
                        "dns",
                        "db",
                        Forwarding.NAT,
                        true,
                        SQL.address(),
                        List.of(),
                        false,
                        1,
                        NatOptions.NONE,
                        SQL.servers());
        assertThat(rules(dns, exit(Egress.SNAT)).replace())
                .contains("  set f_dns_down { type ipv4_addr . inet_service; }\n")
                .containsSubsequence(
                        "    ct state new ip daddr != @f_dns_near ip saddr . udp sport @f_dns_down"
                                + " drop\n",
                        "    ip saddr . udp sport @f_dns_from accept\n");
        assertThat(rules(SQL).replace()).doesNotContain("_down");
    }

    @Test
    void withoutMemoryEveryPacketIsRewrittenUntracked() {
        Service raw = service(Forwarding.STATELESS, server("s1", 1, false));
        assertThat(rules(raw).replace())
                .contains("ip daddr set meta mark map @f_sql notrack")
                .contains("ip saddr . tcp sport @f_sql_servers ip saddr set 10.77.0.100")
                .doesNotContain("type nat");
        Buckets one = Buckets.of(raw, Set.of("s1")).orElseThrow();
        assertThat(new Filling(raw, Optional.of(one)).values())
                .hasSize(Buckets.SIZE)
                .containsOnly(new Value.Address(address("10.78.0.21")));
        assertThat(new Filling(raw, Optional.empty()).values()).isEmpty();
    }

    @Test
    void aServerThatAnswersDirectlyGetsACopyAndTheHostForwardsNothing() {
        Service direct = service(Forwarding.DSR, server("s1", 1, false), server("s2", 1, false));
        Buckets second = Buckets.of(direct, Set.of("s2")).orElseThrow();
        RuleSet rules = rules(direct);
        assertThat(rules.forwards()).isFalse();
        assertThat(rules.replace())
                .contains("meta mark set meta mark map @f_sql goto d_sql")
                .contains("dup to meta mark map @f_sql_at")
                .doesNotContain("hook forward")
                .doesNotContain("f_sql_from");
        Value mark = new Value.Mark(DirectReturn.number(direct, "s2"));
        assertThat(new Filling(direct, Optional.of(second)).values()).containsOnly(mark);
        assertThat(rules.counters())
                .extracting(Counting::set)
                .containsExactly("f_sql_new", "f_sql_to");
        assertThat(rules.counters().getLast().elements()).hasSize(2).endsWith(mark);
        Count count = new Count(7, 700);
        assertThat(Counters.of(List.of(direct), Map.of("f_sql_to", Map.of(mark, count))).get(1))
                .isEqualTo(new Counters.Traffic("sql", "s2", 0, count, Count.NONE));
    }

    @Test
    void serversGoOutOnlyWhereTheFileLetsThem() {
        Exit closed = exit(Egress.DROP);
        Exit hidden = exit(Egress.SNAT);
        assertThat(rules(SQL, closed).replace()).doesNotContain("eth1");
        assertThat(rules(SQL, hidden).replace())
                .contains("iifname \"eth1\" accept")
                .contains("iifname \"eth1\" oifname != \"eth1\" snat to 10.77.0.100");
        assertThat(rules(SQL, hidden).marker()).isNotEqualTo(rules(SQL, closed).marker());
        assertThat(RuleSet.of(true, "lab", List.of(SQL), List.of(closed))).isEmpty();
    }

    @Test
    void aServerThatGoesTakesFewBucketsOfOthersWithIt() {
        Buckets three = Buckets.of(SQL, Set.of("s1", "s2", "s3")).orElseThrow();
        Buckets two = Buckets.of(SQL, Set.of("s1", "s2")).orElseThrow();
        int moved = 0;
        for (int bucket = 0; bucket < Buckets.SIZE; bucket++) {
            InetSocketAddress before = three.at(bucket);
            boolean stays = !before.equals(SQL.servers().get(2).address());
            moved += stays && !before.equals(two.at(bucket)) ? 1 : 0;
        }
        assertThat(moved).isLessThan(Buckets.SIZE / 100);
    }

    @Test
    void tiersAndBackupsWaitForTheirTurn() {
        Service tiers =
                service(
                        Forwarding.NAT,
                        server("s1", 1, false),
                        server("s2", 2, false),
                        server("s3", 1, true));
        assertThat(tiers.taking(Set.of("s1", "s2", "s3")))
                .extracting(Server::name)
                .containsExactly("s1");
        assertThat(tiers.taking(Set.of("s2", "s3"))).extracting(Server::name).containsExactly("s2");
        assertThat(tiers.taking(Set.of("s3"))).extracting(Server::name).containsExactly("s3");
        assertThat(Buckets.of(tiers, Set.of("stranger"))).isEmpty();
    }

    @Test
    void whatIsNotCountedIsZero() {
        List<Counting> counters = rules(SQL).counters();
        assertThat(counters)
                .extracting(Counting::set)
                .containsExactly("f_sql_new", "f_sql_to", "f_sql_from");
        Value first = counters.getFirst().elements().getFirst();
        Value second = counters.getFirst().elements().get(1);
        Count to = new Count(50, 3_000);
        List<Counters.Traffic> traffic =
                Counters.of(
                        List.of(SQL),
                        Map.of(
                                "f_sql_new",
                                Map.of(first, new Count(5, 300), second, new Count(6, 360)),
                                "f_sql_to",
                                Map.of(first, to)));
        assertThat(traffic.getFirst())
                .isEqualTo(new Counters.Traffic("sql", "s1", 5, to, Count.NONE));
        assertThat(traffic.get(1).connections()).isEqualTo(6);
        assertThat(traffic.get(2).connections()).isZero();
    }

    private static Assignment only(Assignments assignments) {
        return assignments.current().get(SQL);
    }

    @Test
    void onlyTheOwnerChangesWhatHoldsAndTellsEverybody() {
        Assignments backup = new Assignments(List.of(SQL));
        assertThat(backup.usable("sql", List.of("s1"), 0))
                .singleElement()
                .isInstanceOf(Effect.Install.class);
        assertThat(only(backup).servers()).containsExactlyInAnyOrder("s1", "s2", "s3");
        Assignments owner = new Assignments(List.of(SQL));
        owner.owner("db", true, 4, 0);
        List<Effect> effects = owner.usable("sql", List.of("s1", "s3", "stranger"), SECOND);
        Assignment said = new Assignment(4, 1, Set.of("s1", "s3"));
        assertThat(effects)
                .containsExactly(new Effect.Install(SQL, said), new Effect.Tell("", SQL, said));
        assertThat(backup.said("lb1", "sql", said, SECOND))
                .containsExactly(new Effect.Install(SQL, said));
        assertThat(backup.said("lb1", "sql", said, SECOND)).isEmpty();
    }

    @Test
    void aNewOwnerInheritsAndPutsServersInOnlyWhenConnectionsHavePassedThroughIt() {
        Assignments next = new Assignments(List.of(SQL));
        next.usable("sql", List.of("s1", "s2"), 0);
        next.said("lb1", "sql", new Assignment(4, 7, Set.of("s1", "s3")), 0);
        next.owner("db", true, 5, SECOND);
        assertThat(only(next)).isEqualTo(new Assignment(5, 8, Set.of("s1")));
        assertThat(next.deadlineNanos()).isEqualTo(SECOND + Assignments.HOLD.toNanos());
        assertThat(next.tick(2 * SECOND)).isEmpty();
        next.tick(next.deadlineNanos());
        assertThat(only(next)).isEqualTo(new Assignment(5, 9, Set.of("s1", "s2")));
        assertThat(next.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whoSaysSomethingEarlierIsToldWhatHolds() {
        Assignments peer = new Assignments(List.of(SQL));
        Assignment late = new Assignment(5, 9, Set.of("s1"));
        peer.said("lb1", "sql", late, 0);
        assertThat(peer.said("lb2", "sql", new Assignment(4, 30, Set.of("s2")), 0))
                .containsExactly(new Effect.Tell("lb2", SQL, late));
        assertThat(peer.connected("lb3")).isEmpty();
    }

    /** Each of two owners at a time has changed them once: neither word is later. */
    @Test
    void ofTwoThatAreAsLateTheOneOfTheOwnerHolds() {
        Assignment mine = new Assignment(4, 7, Set.of("s1"));
        Assignment theirs = new Assignment(4, 7, Set.of("s2"));
        Assignments standby = new Assignments(List.of(SQL));
        standby.said("lb1", "sql", mine, 0);
        assertThat(standby.said("lb2", "sql", theirs, 0))
                .containsExactly(new Effect.Install(SQL, theirs));
        assertThat(only(standby)).isEqualTo(theirs);

        Assignments owner = new Assignments(List.of(SQL));
        owner.said("lb1", "sql", mine, 0);
        owner.owner("db", true, 4, 0);
        assertThat(owner.said("lb2", "sql", theirs, 0)).isEmpty();
        assertThat(only(owner)).isEqualTo(mine);
    }
}
