package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.Network;
import proa.config.ProaConfig;
import proa.config.text.ConfigParser;
import proa.config.text.Outcome;
import proa.config.tls.Expiry;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class PreflightTest {

    private static final long ALL_RIGHTS = 0x1ffffffffffL;
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private static final String TEXT =
            """
            schema = 1
            cluster {
              name = test, insecure = true
              nodes { lb1 { id = 1, addresses = ["10.0.0.11"] }, lb2 { id = 2, addresses = ["10.0.0.12"] } }
            }
            groups { web { vrid = 1, prefer = [lb1, lb2], vips { main = "10.0.0.100" } } }
            frontends { http { bind { group = web, vip = main, port = 80 }, mode = http, backend = shop } }
            backends { shop { servers = [ { name = a, address = "10.0.1.1:80" } ] } }
            """;

    private static final ProaConfig CONFIG = config(TEXT);

    private static ProaConfig config(String text) {
        Outcome outcome = ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
        assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static Host.Interface eth0(boolean up) {
        return new Host.Interface(
                "eth0",
                up,
                List.of(address("10.0.0.11")),
                List.of(new Network(address("10.0.0.11"), 24)));
    }

    private static Host host(
            List<Host.Interface> interfaces,
            long rights,
            int arpIgnore,
            String listening,
            List<Expiry> expiries) {
        return new Host(
                interfaces,
                rights,
                Map.of("eth0", arpIgnore),
                1024,
                ListeningSockets.parse(listening),
                expiries,
                Optional.empty(),
                List.of(),
                List.of(),
                VipHost.FITTING);
    }

    private static Host with(VipHost vip) {
        Host host = host(List.of(eth0(true)), ALL_RIGHTS, 0, "", List.of());
        return new Host(
                host.interfaces(),
                host.capabilities(),
                host.arpIgnore(),
                host.unprivilegedPortStart(),
                host.listening(),
                host.certificates(),
                host.broken(),
                host.users(),
                host.pages(),
                vip);
    }

    private static List<String> findings(Host host) {
        return Preflight.of(CONFIG, "lb1", host).stream().map(Preflight.Finding::toString).toList();
    }

    @Test
    void aFittingMachineHasNoFindings() {
        assertThat(findings(host(List.of(eth0(true)), ALL_RIGHTS, 0, "", List.of()))).isEmpty();
    }

    @Test
    void missingRightsAreNamed() {
        assertThat(findings(host(List.of(eth0(true)), 0, 0, "", List.of())))
                .anyMatch(text -> text.contains("CAP_NET_ADMIN and CAP_NET_RAW"))
                .anyMatch(text -> text.contains("port 80 without CAP_NET_BIND_SERVICE"));
    }

    @Test
    void whatVipdNeedsOfTheKernelAndOfTheOperatorsProgramsIsNamed() {
        VipHost poor =
                new VipHost(
                        false,
                        List.of("the hook of group web, /opt/move"),
                        Optional.of("Operation not supported"),
                        Optional.of("there is no nft program"),
                        true);
        assertThat(findings(with(poor)))
                .hasSize(5)
                .anyMatch(
                        text ->
                                text.startsWith("host: warning: systemd-networkd may manage")
                                        && text.contains("00-proa.network"))
                .anyMatch(text -> text.contains("/dev/net/tun"))
                .anyMatch(text -> text.contains("the hook of group web, /opt/move, cannot be run"))
                .anyMatch(text -> text.contains("cannot hold leases: Operation not supported"))
                .anyMatch(text -> text.contains("cannot forward: there is no nft program"));
    }

    @Test
    void aServerOfDirectReturnMustBeOnANetworkOfThisHost() {
        String direct = TEXT.replace("mode = http", "mode = tcp, forwarding = dsr");
        Host host = host(List.of(eth0(true)), ALL_RIGHTS, 0, "", List.of());
        assertThat(Preflight.of(config(direct), "lb1", host))
                .singleElement()
                .asString()
                .contains("no interface has a network with server 10.0.1.1 of frontend http");
        String near = direct.replace("10.0.1.1", "10.0.0.21");
        assertThat(Preflight.of(config(near), "lb1", host)).isEmpty();
    }

    @Test
    void aServerBeyondTheNetworkOfItsGatewayIsWarnedOf() {
        String routed =
                TEXT.replace("mode = http", "mode = tcp, forwarding = nat")
                        .replace("vips {", "gateway-vip = \"10.0.0.1\", vips {");
        Host host = host(List.of(eth0(true)), ALL_RIGHTS, 0, "", List.of());
        assertThat(Preflight.of(config(routed), "lb1", host))
                .singleElement()
                .asString()
                .startsWith("host: warning: server 10.0.1.1 of frontend http is beyond the network")
                .contains("of gateway-vip 10.0.0.1, where its floating address is too (");
        String near = routed.replace("10.0.1.1", "10.0.0.21");
        assertThat(Preflight.of(config(near), "lb1", host)).isEmpty();
        assertThat(Preflight.of(config(TEXT), "lb1", host)).as("no gateway").isEmpty();
    }

    /** The machine that runs this; without rights nobody asks its packet filter. */
    @Test
    void whoManagesInterfacesHasToBeToldToLeaveVipdsAlone(@TempDir Path root) throws Exception {
        assertThat(VipHost.managed(root)).as("nobody does").isFalse();
        Files.createDirectories(root.resolve("run/systemd/netif"));
        assertThat(VipHost.managed(root)).isTrue();
        Path packaged = Path.of("usr/lib/systemd/network").resolve(VipHost.NETWORK_FILE);
        Path shipped = Path.of("../vagrant/deb/tree").resolve(packaged);
        assertThat(shipped).content().contains("Name=proa*", "Unmanaged=yes");
        Files.createDirectories(root.resolve(packaged).getParent());
        Files.copy(shipped, root.resolve(packaged));
        assertThat(VipHost.managed(root)).isFalse();
    }

    @Test
    void programsAreLookedForOnThisMachine() throws Exception {
        String hooked = TEXT.replace("vips {", "hook { command = [\"/nowhere/move\"] }, vips {");
        VipHost read = VipHost.read(config(hooked), false);
        assertThat(read.programs()).containsExactly("the hook of group web, /nowhere/move");
        assertThat(read.lease()).isEmpty();
        assertThat(VipHost.read(CONFIG, false).programs()).isEmpty();
    }

    @Test
    void aMissingInterfaceOrAddressIsNamed() {
        assertThat(findings(host(List.of(), ALL_RIGHTS, 0, "", List.of())))
                .anyMatch(text -> text.contains("no interface has this node's address 10.0.0.11"))
                .anyMatch(text -> text.contains("no interface has a network with 10.0.0.100"));
    }

    @Test
    void anInterfaceThatIsDownIsNamed() {
        assertThat(findings(host(List.of(eth0(false)), ALL_RIGHTS, 0, "", List.of())))
                .singleElement()
                .asString()
                .contains("interface eth0 for 10.0.0.100 is down");
    }

    @Test
    void arpIgnoreIsRefused() {
        assertThat(findings(host(List.of(eth0(true)), ALL_RIGHTS, 1, "", List.of())))
                .singleElement()
                .asString()
                .contains("arp_ignore is on for eth0");
    }

    @Test
    void aPortInUseIsNamedOnlyWhereItCollides() {
        String everywhere = "0: 00000000:0050 00000000:0000 0A 0:0 0 0 0";
        String loopback = "0: 0100007F:0050 00000000:0000 0A 0:0 0 0 0";
        String connected = "0: 00000000:0050 0100007F:9999 01 0:0 0 0 0";

        assertThat(findings(host(List.of(eth0(true)), ALL_RIGHTS, 0, everywhere, List.of())))
                .singleElement()
                .asString()
                .contains("port 80 of frontend http is in use");
        assertThat(findings(host(List.of(eth0(true)), ALL_RIGHTS, 0, loopback, List.of())))
                .isEmpty();
        assertThat(findings(host(List.of(eth0(true)), ALL_RIGHTS, 0, connected, List.of())))
                .isEmpty();
    }

    @Test
    void whatTheNodeItselfHasIsFreeForIt() {
        String http = "0: 6400000A:0050 00000000:0000 0A 0:0 0 0 0\n";
        String members = "1: 0B00000A:1E78 00000000:0000 0A 0:0 0 0 0\n";
        String somebody = "2: 00000000:0050 00000000:0000 0A 0:0 0 0 0\n";
        Map<?, ?> status =
                Map.of(
                        "frontends",
                        List.of(
                                Map.of(
                                        "name", "http",
                                        "mode", "HTTP",
                                        "address", "10.0.0.100:80",
                                        "bound", true),
                                Map.of("name", "x", "address", "[::]:80", "bound", false)),
                        "sockets",
                        List.of("10.0.0.11:7800", "0.0.0.0:9110"));
        List<ListeningSockets.Socket> own = OwnSockets.of(status);
        Host busy = host(List.of(eth0(true)), ALL_RIGHTS, 0, http + members, List.of());
        assertThat(findings(busy)).hasSize(2);
        assertThat(findings(busy.without(own))).isEmpty();
        Host taken = host(List.of(eth0(true)), ALL_RIGHTS, 0, http + somebody, List.of());
        assertThat(findings(taken.without(own)))
                .singleElement()
                .asString()
                .contains("port 80 of frontend http is in use");
    }

    /** The file has the admin listener, and members, where the node that runs does not. */
    @Test
    void whatTheNodeIsToHaveAfterARestartMayBeSomebodyElses() {
        String foreign =
                """
                0: 00000000000000000000000000000000:238C 0:0 0A 0 0 0 0
                1: 0B00000A:1F40 00000000:0000 0A 0:0 0 0 0
                """;
        String ours = "2: 00000000:2396 00000000:0000 0A 0:0 0 0 0\n";
        List<ListeningSockets.Socket> own =
                OwnSockets.of(Map.of("sockets", List.of("10.0.0.11:7800", "0.0.0.0:9110")));
        ProaConfig other =
                config(
                        TEXT.replace("insecure = true", "insecure = true, ports { members = 8000 }")
                                + "admin { listen = \"0.0.0.0:9100\", allow = [\"10.0.0.0/8\"] }");
        Host busy = host(List.of(eth0(true)), ALL_RIGHTS, 0, foreign + ours, List.of());
        assertThat(
                        Preflight.of(other, "lb1", busy.without(own)).stream()
                                .map(Preflight.Finding::toString))
                .hasSize(2)
                .anySatisfy(text -> assertThat(text).contains("port 9100 of the admin listener"))
                .anySatisfy(text -> assertThat(text).contains("port 8000 of cluster"));
    }

    private static List<String> findings(
            ProaConfig config, List<ListeningSockets.Socket> listening) {
        Host fine = host(List.of(eth0(true)), ALL_RIGHTS, 0, "", List.of());
        Host busy =
                new Host(
                        fine.interfaces(),
                        fine.capabilities(),
                        fine.arpIgnore(),
                        fine.unprivilegedPortStart(),
                        listening,
                        fine.certificates(),
                        fine.broken(),
                        fine.users(),
                        fine.pages(),
                        fine.vip());
        return Preflight.of(config, "lb1", busy).stream().map(Preflight.Finding::toString).toList();
    }

    @Test
    void datagramsHavePortsOfTheirOwn() {
        String bound = "7: 00000000:0050 00000000:0000 07 0:0 0 0 0";
        String connected = "7: 00000000:0050 0100007F:9999 01 0:0 0 0 0";
        ProaConfig udp = config(TEXT.replace("mode = http", "mode = udp"));

        assertThat(findings(udp, ListeningSockets.parseDatagrams(bound)))
                .singleElement()
                .asString()
                .contains("UDP port 80 of frontend http is in use")
                .contains("ss -lunp");
        assertThat(findings(udp, ListeningSockets.parseDatagrams(connected))).isEmpty();
        assertThat(findings(CONFIG, ListeningSockets.parseDatagrams(bound))).isEmpty();
        assertThat(findings(udp, ListeningSockets.parse(bound.replace(" 07 ", " 0A ")))).isEmpty();
    }

    @Test
    void whatTheKernelForwardsNeedsNoPortOfTheNode() {
        String everywhere = "0: 00000000:0050 00000000:0000 0A 0:0 0 0 0";
        String direct = TEXT.replace("mode = http", "mode = tcp, forwarding = dsr");
        ProaConfig byKernel = config(direct.replace("10.0.1.1", "10.0.0.21"));

        assertThat(findings(byKernel, ListeningSockets.parse(everywhere))).isEmpty();
    }

    /** Everything works without it, a little later. */
    @Test
    void somebodyElseAtVipdsSecondPortIsAWarning() {
        String mesh = "0: 00000000:1BC8 00000000:0000 0A 0:0 0 0 0";
        String next = "0: 00000000:1BC9 00000000:0000 0A 0:0 0 0 0";

        assertThat(findings(CONFIG, ListeningSockets.parse(next)))
                .singleElement()
                .asString()
                .startsWith("host: warning: port 7113 (`cluster.ports.mesh` + 1) is in use");
        assertThat(findings(CONFIG, ListeningSockets.parse(mesh)))
                .singleElement()
                .asString()
                .startsWith("host: port 7112 of cluster is in use");
        ProaConfig bound = config(TEXT.replace("name = test", "name = test, ownership = bind"));
        assertThat(findings(bound, ListeningSockets.parse(next))).isEmpty();
    }

    @Test
    void thePortOfTheAdminListenerIsLookedAtToo() {
        String everywhere = "0: 00000000:2329 00000000:0000 0A 0:0 0 0 0";
        ProaConfig admin = config(TEXT + "admin { listen = \"127.0.0.1:9001\" }\n");

        assertThat(findings(admin, ListeningSockets.parse(everywhere)))
                .singleElement()
                .asString()
                .contains("port 9001 of the admin listener is in use");
    }

    @Test
    void anInterfaceThatTheFileNamesAndTheMachineLacksIsNamed() {
        String named =
                TEXT.replace(
                        "main = \"10.0.0.100\"",
                        "main { address = \"10.0.0.100\", interface = eth7 }");
        assertThat(findings(config(named), List.of()))
                .singleElement()
                .asString()
                .contains("interface eth7 for 10.0.0.100 is missing");
    }

    @Test
    void ipv6ListenersAreReadInTheKernelsOrder() {
        assertThat(ListeningSockets.parse("1: 000080FE00000000FF005450B6AD1DFE:1F90 0:0 0A"))
                .containsExactly(
                        new ListeningSockets.Socket(
                                ListeningSockets.Transport.TCP,
                                address("fe80::5054:ff:fe1d:adb6"),
                                8080));
    }

    @Test
    void certificatesAreFatalOnlyWhenTheirTimeIsOver() {
        Expiry soon = new Expiry("CN=lb1", NOW.minusSeconds(9), NOW.plus(Duration.ofDays(3)), NOW);
        Expiry over = new Expiry("CN=lb1", NOW.minusSeconds(9), NOW.minusSeconds(1), NOW);

        assertThat(
                        Preflight.of(
                                CONFIG,
                                "lb1",
                                host(List.of(eth0(true)), ALL_RIGHTS, 0, "", List.of(soon))))
                .singleElement()
                .matches(
                        finding ->
                                !finding.fatal()
                                        && finding.message().contains("expires in 3 days"));
        assertThat(
                        Preflight.of(
                                CONFIG,
                                "lb1",
                                host(List.of(eth0(true)), ALL_RIGHTS, 0, "", List.of(over))))
                .singleElement()
                .matches(finding -> finding.fatal() && finding.message().contains("expired on"));
    }

    @Test
    void capabilitiesAreReadFromTheProcessStatus() {
        assertThat(Host.capabilities("Name:\tjava\nCapPrm:\t0000\nCapEff:\t0000000000003000\n"))
                .isEqualTo(0x3000);
        assertThat(Host.capabilities("nothing")).isZero();
    }
}
