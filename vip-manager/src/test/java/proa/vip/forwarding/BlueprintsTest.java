package proa.vip.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.NatOptions;
import proa.vip.forwarding.Blueprints.Difference;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Nodes whose files make other tables notice it, and say it once. */
class BlueprintsTest {

    private static final Server ONE = server("s1", "10.78.0.21", 1, 1, false);
    private static final Server TWO = server("s2", "10.78.0.22", 1, 1, false);
    private static final Service SQL = service("sql", "10.77.0.100", false, 1, ONE, TWO);
    private static final Service DNS = service("dns", "10.77.0.100", false, 1, ONE);

    private static Server server(String name, String address, int weight, int tier, boolean backup) {
        return new Server(
                name,
                new InetSocketAddress(InetAddress.ofLiteral(address), 3306),
                weight,
                backup,
                tier,
                Optional.empty());
    }

    private static Service service(
            String name, String address, boolean bySource, int activeMin, Server... servers) {
        return new Service(
                name,
                "db",
                Forwarding.NAT,
                false,
                new InetSocketAddress(InetAddress.ofLiteral(address), 3306),
                List.of(),
                bySource,
                activeMin,
                NatOptions.NONE,
                List.of(servers));
    }

    /** All that a peer with these services says on a connection. */
    private static List<Difference> hear(Blueprints ours, Service... theirs) {
        ours.connected("lb2");
        List<Difference> told = new ArrayList<>();
        new Blueprints(List.of(theirs)).own().forEach(each -> told.addAll(ours.said("lb2", each)));
        told.addAll(ours.all("lb2"));
        return told;
    }

    private static String what(Service theirs) {
        List<Difference> told = hear(new Blueprints(List.of(SQL)), theirs);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst())
                .extracting(Difference::peer, Difference::group, Difference::frontend)
                .containsExactly("lb2", "db", "sql");
        return told.getFirst().what();
    }

    @Test
    void theSameFileIsNoDifferenceNorIsTheOrderOfServers() {
        assertThat(hear(new Blueprints(List.of(SQL, DNS)), SQL, DNS)).isEmpty();
        Service turned = service("sql", "10.77.0.100", false, 1, TWO, ONE);
        assertThat(hear(new Blueprints(List.of(SQL)), turned)).isEmpty();
    }

    @Test
    void whatDecidesOfAServerIsCompared() {
        String servers = "its servers (names, addresses, weights, tiers or backups)";
        assertThat(what(service("sql", "10.77.0.100", false, 1, ONE))).isEqualTo(servers);
        for (Server other :
                List.of(
                        server("s3", "10.78.0.22", 1, 1, false),
                        server("s2", "10.78.0.23", 1, 1, false),
                        server("s2", "10.78.0.22", 2, 1, false),
                        server("s2", "10.78.0.22", 1, 2, false),
                        server("s2", "10.78.0.22", 1, 1, true))) {
            assertThat(what(service("sql", "10.77.0.100", false, 1, ONE, other)))
                    .as(other.toString())
                    .isEqualTo(servers);
        }
        String spread = "how clients are spread (balance, active-min, number of buckets or seed)";
        assertThat(what(service("sql", "10.77.0.100", true, 1, ONE, TWO))).isEqualTo(spread);
        assertThat(what(service("sql", "10.77.0.100", false, 2, ONE, TWO))).isEqualTo(spread);
        assertThat(what(service("sql", "10.77.0.101", false, 1, ONE, TWO)))
                .isEqualTo("its address, port, mode or forwarding");
        assertThat(what(service("sql", "10.77.0.101", true, 1, ONE, TWO)))
                .isEqualTo("its address, port, mode or forwarding; " + spread);
    }

    @Test
    void aDifferenceIsToldOncePerChangeAndWhenItIsOver() {
        Blueprints ours = new Blueprints(List.of(SQL));
        Service one = service("sql", "10.77.0.100", false, 1, ONE);
        assertThat(hear(ours, one)).hasSize(1);
        assertThat(hear(ours, one)).as("of a connection made again").isEmpty();
        assertThat(ours.differences()).hasSize(1);
        assertThat(hear(ours, service("sql", "10.77.0.100", true, 1, ONE))).hasSize(1);
        assertThat(hear(ours, SQL)).containsExactly(new Difference("lb2", "db", "sql", ""));
        assertThat(hear(ours, SQL)).isEmpty();
        assertThat(ours.differences()).isEmpty();
    }

    @Test
    void aFrontendThatOnlyOneOfThemHasIsADifference() {
        Blueprints ours = new Blueprints(List.of(SQL));
        assertThat(hear(ours, SQL, DNS))
                .containsExactly(
                        new Difference("lb2", "db", "dns", "this node's file has no such frontend"));
        assertThat(hear(ours, SQL)).containsExactly(new Difference("lb2", "db", "dns", ""));
        Difference missing = new Difference("lb2", "db", "sql", "it is not in that node's file");
        assertThat(hear(ours)).containsExactly(missing);
        assertThat(hear(ours)).isEmpty();
        assertThat(hear(ours, SQL)).containsExactly(new Difference("lb2", "db", "sql", ""));
    }

    @Test
    void ofAPeerOfAnEarlierVersionNothingIsKnown() {
        Blueprints ours = new Blueprints(List.of(SQL));
        ours.connected("lb2");
        assertThat(ours.differences()).isEmpty();
    }

    @Test
    void aPeerThatNeverEndsIsNotRemembered() {
        Blueprints ours = new Blueprints(List.of());
        for (int each = 0; each < 2 * Blueprints.FRONTENDS_MAX; each++) {
            ours.said("lb2", new Blueprint("f" + each, "db", 1, 2, 3));
        }
        assertThat(ours.differences()).hasSize(Blueprints.FRONTENDS_MAX);
    }
}
