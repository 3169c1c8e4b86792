package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.NatOptions;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Tracked;
import proa.vip.forwarding.Value;
import proa.vip.linux.KernelException;
import proa.vip.message.Endpoint;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What a kernel is to forget of servers that are down. */
final class DeadServersTest {

    private static final Service DNS = service("dns", true, 53);
    private static final Service SQL = service("sql", false, 3306);
    private static final RuleSet RULES =
            RuleSet.of(false, "lab", List.of(DNS, SQL), List.of()).orElseThrow();
    private static final Endpoint CLIENT = end("10.77.0.200", 4711);
    private static final Endpoint OTHER = end("10.77.0.201", 4711);

    private final List<Tracked> known = new ArrayList<>();
    private final List<Endpoint> forgotten = new ArrayList<>();
    private int looks;
    private final List<String> silenced = new ArrayList<>();
    private boolean filled = true;
    private final DeadServers dead =
            new DeadServers(List.of(RULES), _ -> filled, this::silence, this::list, this::remove);

    private static Service service(String name, boolean udp, int port) {
        return new Service(
                name,
                "db",
                Forwarding.NAT,
                udp,
                address("10.77.0.100", port),
                List.of(),
                false,
                1,
                NatOptions.NONE,
                List.of(server("s1", 21, port), server("s2", 22, port)));
    }

    private static Server server(String name, int last, int port) {
        return new Server(name, address("10.78.0." + last, port), 1, false, 1, Optional.empty());
    }

    private static InetSocketAddress address(String text, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(text), port);
    }

    private static Endpoint end(String text, int port) {
        return Endpoint.of(address(text, port));
    }

    private void silence(boolean six, Service service, Set<Value> servers) {
        assertThat(six).isFalse();
        silenced.add(service.frontend() + " " + servers.size());
    }

    private void list(boolean six, int mark, Consumer<Tracked> seen) {
        assertThat(mark).isEqualTo(RULES.mark("db").orElseThrow());
        looks++;
        known.forEach(seen);
    }

    private void remove(boolean udp, Endpoint client, Endpoint address) {
        assertThat(udp).isTrue();
        assertThat(address).isEqualTo(Endpoint.of(DNS.address()));
        forgotten.add(client);
    }

    private static Tracked tracked(boolean udp, Endpoint client, int port, int server) {
        Endpoint address = end("10.77.0.100", port);
        Endpoint at = end("10.78.0." + server, port);
        return new Tracked(udp, udp ? 0 : 3, client, address, at, client);
    }

    @Test
    void anOwnerForgetsDatagramsToWhatIsDownAndNothingElse() throws KernelException {
        known.add(tracked(true, CLIENT, 53, 22));
        known.add(tracked(true, OTHER, 53, 21));
        known.add(tracked(false, OTHER, 3306, 22));
        dead.owner("db", true);
        dead.down("dns", Set.of("s2"));
        dead.down("sql", Set.of("s2"));
        dead.turn(0);
        assertThat(forgotten).containsExactly(CLIENT);
        dead.turn(0);
        assertThat(looks).as("once for each news").isEqualTo(1);
        dead.installed();
        dead.turn(0);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void aStandbyForgetsThemWhenItIsTheOwner() throws KernelException {
        known.add(tracked(true, CLIENT, 53, 22));
        dead.down("dns", Set.of("s2"));
        dead.turn(0);
        assertThat(forgotten).isEmpty();
        dead.owner("db", true);
        dead.turn(0);
        assertThat(forgotten).containsExactly(CLIENT);
        dead.down("dns", Set.of());
        dead.turn(0);
        assertThat(forgotten).hasSize(1);
    }

    /** A server that answers after it was forgotten, or to whom another node had carried them. */
    @Test
    void whatAServerSentFirstIsForgottenToo() throws KernelException {
        Endpoint address = Endpoint.of(DNS.address());
        Endpoint server = end("10.78.0.22", 53);
        Endpoint up = end("10.78.0.21", 53);
        known.add(new Tracked(true, 0, server, CLIENT, CLIENT, address));
        known.add(new Tracked(true, 0, up, OTHER, OTHER, address));
        known.add(new Tracked(true, 0, server, OTHER, OTHER, end("10.77.0.1", 53)));
        dead.owner("db", true);
        dead.down("dns", Set.of("s2"));
        dead.turn(0);
        assertThat(forgotten).containsExactly(CLIENT);
    }

    @Test
    void anOwnerLooksAgainWhileAServerIsDown() throws KernelException {
        dead.owner("db", true);
        dead.down("dns", Set.of("s2"));
        dead.turn(0);
        dead.turn(DeadServers.AGAIN_NANOS - 1);
        assertThat(looks).isEqualTo(1);
        known.add(tracked(true, CLIENT, 53, 22));
        dead.turn(DeadServers.AGAIN_NANOS);
        assertThat(forgotten).containsExactly(CLIENT);
        dead.turn(2 * DeadServers.AGAIN_NANOS);
        assertThat(looks).isEqualTo(3);
        dead.down("dns", Set.of());
        dead.turn(3 * DeadServers.AGAIN_NANOS);
        dead.turn(9 * DeadServers.AGAIN_NANOS);
        assertThat(looks).isEqualTo(3);
    }

    @Test
    void nothingIsForgottenBeforeTheMapLeadsElsewhere() throws KernelException {
        known.add(tracked(true, CLIENT, 53, 22));
        dead.owner("db", true);
        dead.down("dns", Set.of("s2"));
        filled = false;
        dead.turn(0);
        assertThat(looks).isZero();
        filled = true;
        dead.installed();
        dead.turn(1);
        assertThat(forgotten).containsExactly(CLIENT);
    }

    @Test
    void everyNodeTakesNoBeginningsOfWhatIsDownUntilItIsUp() throws KernelException {
        dead.turn(0);
        assertThat(silenced).as("of an earlier life").containsExactly("dns 0");
        dead.down("dns", Set.of("s1", "s2"));
        dead.down("sql", Set.of("s2"));
        dead.turn(0);
        dead.turn(0);
        assertThat(silenced).containsExactly("dns 0", "dns 2");
        dead.begun(RULES);
        dead.turn(0);
        assertThat(silenced).as("a new table").containsExactly("dns 0", "dns 2", "dns 2");
        dead.down("dns", Set.of());
        dead.turn(0);
        assertThat(silenced).last().isEqualTo("dns 0");
        assertThat(looks).isZero();
    }

    @Test
    void whatIsTooMuchForATurnFollowsWithTheNext() throws KernelException {
        for (int port = 0; port <= DeadServers.FORGOTTEN_MAX; port++) {
            known.add(tracked(true, end("10.77.0.200", port), 53, 22));
        }
        dead.owner("db", true);
        dead.down("dns", Set.of("s2"));
        dead.turn(0);
        assertThat(forgotten).hasSize(DeadServers.FORGOTTEN_MAX);
        known.subList(0, DeadServers.FORGOTTEN_MAX).clear();
        dead.turn(0);
        assertThat(forgotten).hasSize(DeadServers.FORGOTTEN_MAX + 1);
    }
}
