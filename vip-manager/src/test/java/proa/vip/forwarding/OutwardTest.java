package proa.vip.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.GroupConfig.Egress;
import proa.config.NatOptions;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The addresses that connections of servers' own get, as rules and as what a map is to hold. */
class OutwardTest {

    private static final String LEAVING = "    iifname \"eth1\" oifname != \"eth1\"";
    private static final Exit WEB = exit("web", "eth1", "10.78.0.1", "10.77.0.100");
    private static final Exit WEB6 = exit("web", "eth1", "fd00:78::1", "fd00:77::100");
    private static final Exit MAIL = exit("mail", "eth1", "10.78.0.2", "10.77.0.101");
    private static final Exit MAIL6 = exit("mail", "eth1", "fd00:78::2", "fd00:77::101");
    private static final Exit APART = exit("apart", "eth2", "10.80.0.1", "10.77.0.102");

    private static Exit exit(String group, String device, String gateway, String from) {
        return exit(group, device, gateway, Egress.SNAT, from);
    }

    private static Exit exit(
            String group, String device, String gateway, Egress egress, String from) {
        InetAddress address = InetAddress.ofLiteral(gateway);
        return new Exit(group, address, device, List.of(), egress, InetAddress.ofLiteral(from));
    }

    private static Service service(String group, Forwarding forwarding, int port, int... last) {
        List<Server> servers =
                IntStream.of(last).mapToObj(each -> server("10.78.0." + each, port)).toList();
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.ofLiteral("10.77.0.100"), port);
        return new Service(
                "f" + port,
                group,
                forwarding,
                false,
                address,
                List.of(),
                false,
                1,
                NatOptions.NONE,
                servers);
    }

    private static Server server(String address, int port) {
        InetSocketAddress socket = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        return new Server("s" + address, socket, 1, false, 1, Optional.empty());
    }

    private static RuleSet rules(boolean six, List<Service> services, Exit... exits) {
        return RuleSet.of(six, "lab", services, List.of(exits)).orElseThrow();
    }

    private static Map<String, InetAddress> eth1(String address) {
        return Map.of("eth1", InetAddress.ofLiteral(address));
    }

    @Test
    void anInterfaceOfOneGroupHasItsAddressWhoeverOwnsIt() {
        Exit closed = exit("mail", "eth1", "10.78.0.2", Egress.DROP, "10.77.0.101");
        RuleSet rules = rules(false, List.of(), WEB, closed, APART);
        assertThat(rules.replace())
                .contains(
                        LEAVING
                                + " snat to 10.77.0.100\n"
                                + "    iifname \"eth2\" oifname != \"eth2\" snat to 10.77.0.102\n"
                                + "  }\n")
                .doesNotContain("map", "drop\n");
        assertThat(rules.sharesExits()).isFalse();
        assertThat(rules.outward(Set.of("web", "mail", "apart"))).isEmpty();
    }

    @Test
    void onAnInterfaceOfSeveralAMapHasTheAddressOfOneThatIsOursAndWithoutItNothingLeaves() {
        RuleSet rules = rules(false, List.of(), WEB, MAIL, APART, WEB6, MAIL6);
        assertThat(rules.replace())
                .contains("  map out { type ifname : ipv4_addr; }\n")
                .contains(
                        LEAVING
                                + " snat to iifname map @out\n"
                                + LEAVING
                                + " drop\n"
                                + "    iifname \"eth2\" oifname != \"eth2\" snat to 10.77.0.102\n");
        assertThat(rules.sharesExits()).isTrue();
        assertThat(rules.outward(Set.of("apart"))).as("none here").isEmpty();
        assertThat(rules.outward(Set.of("mail"))).isEqualTo(eth1("10.77.0.101"));
        assertThat(rules.outward(Set.of("mail", "web")))
                .as("the first one's in the file")
                .isEqualTo(eth1("10.77.0.100"));
        RuleSet six = rules(true, List.of(), WEB, MAIL, WEB6, MAIL6);
        assertThat(six.replace())
                .contains("  map out { type ifname : ipv6_addr; }\n")
                .contains(LEAVING + " snat to iifname map @out\n" + LEAVING + " drop\n");
        assertThat(six.outward(Set.of("mail"))).isEqualTo(eth1("fd00:77::101"));
    }

    @Test
    void aServerOfOneGroupsFrontendsRoutesByThatGroupAndHasItsAddress() {
        List<Service> services =
                List.of(
                        service("web", Forwarding.NAT, 80, 21, 22, 25),
                        service("web", Forwarding.STATELESS, 81, 21, 23),
                        service("mail", Forwarding.NAT, 25, 31, 25),
                        service("mail", Forwarding.DSR, 26, 22));
        assertThat(rules(false, services, MAIL, WEB).replace())
                .as("the one of both may come by either; who answers directly routes by none")
                .contains(
                        LEAVING
                                + " ip saddr { 10.78.0.31 } snat to 10.77.0.101\n"
                                + LEAVING
                                + " ip saddr { 10.78.0.21, 10.78.0.22, 10.78.0.23 } snat to"
                                + " 10.77.0.100\n"
                                + LEAVING
                                + " snat to iifname map @out\n");
    }
}
