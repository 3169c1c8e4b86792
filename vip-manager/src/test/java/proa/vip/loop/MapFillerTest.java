package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.NatOptions;
import proa.vip.forwarding.Buckets;
import proa.vip.forwarding.Filling;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What is told of the kernel's maps when it refuses some of them. */
class MapFillerTest {

    private static final Service SQL = service("sql", 3306);
    private static final Service DNS = service("dns", 53);
    private static final Service LOG = service("log", 514);
    private static final RuleSet RULES =
            RuleSet.of(false, "lab", List.of(SQL, DNS, LOG), List.of()).orElseThrow();

    private final List<String> filled = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<Filling> fillings = new ArrayList<>();
    private String refused = "";
    private final MapFiller maps = new MapFiller(this::fill, this::hear, List.of(RULES));

    private static Service service(String name, int port) {
        Server first = server("s1", 21, port);
        Server second = server("s2", 22, port);
        return new Service(
                name,
                "db",
                Forwarding.NAT,
                false,
                new InetSocketAddress(InetAddress.ofLiteral("10.77.0.100"), port),
                List.of(),
                false,
                1,
                new NatOptions(Optional.empty(), true),
                List.of(first, second));
    }

    private static Server server(String name, int last, int port) {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.ofLiteral("10.78.0." + last), port);
        return new Server(name, address, 1, false, 1, Optional.empty());
    }

    private void fill(boolean six, Filling filling) throws IOException {
        assertThat(six).isFalse();
        String frontend = filling.service().frontend();
        if (frontend.equals(refused)) {
            throw new IOException("no memory for " + frontend);
        }
        filled.add(frontend);
    }

    private void hear(Filling filling, Set<String> servers, boolean news) {
        fillings.add(filling);
        told.add(
                (news ? "news: " : "")
                        + filling.service().frontend()
                        + " "
                        + servers.stream().sorted().toList());
    }

    private void wantFirstServersOnly() {
        for (Service each : List.of(SQL, DNS, LOG)) {
            maps.want(each, Set.of("s1"));
        }
    }

    @Test
    void whatTheKernelRefusesHoldsUpNoOtherAndOnlyWhatItHasIsTold() throws IOException {
        wantFirstServersOnly();
        refused = "dns";
        assertThatThrownBy(() -> maps.fill(RULES, true)).hasMessage("no memory for dns");
        assertThat(filled).containsExactly("sql", "log");
        assertThat(told).containsExactly("news: sql [s1]", "news: log [s1]");
        assertThat(List.of(SQL, DNS, LOG)).map(maps::isFilled).containsExactly(true, false, true);
        Buckets now = fillings.getFirst().buckets().orElseThrow();
        assertThat(IntStream.range(0, Buckets.SIZE).mapToObj(now::at))
                .as("the table of now")
                .containsOnly(SQL.servers().getFirst().address());

        refused = "";
        maps.fill(RULES, true);
        assertThat(filled).as("each once").containsExactly("sql", "log", "dns");
        assertThat(told).containsExactly("news: sql [s1]", "news: log [s1]", "news: dns [s1]");
        maps.fill(RULES, true);
        assertThat(filled).as("nothing is left to do").hasSize(3);
    }

    @Test
    void ofANewTableWhatIsFilledIsToldAndTheRestTheNextTime() throws IOException {
        refused = "log";
        maps.emptied(RULES);
        assertThatThrownBy(() -> maps.fill(RULES, false)).hasMessage("no memory for log");
        assertThat(told).containsExactly("sql [s1, s2]", "dns [s1, s2]");
        refused = "";
        maps.fill(RULES, true);
        assertThat(told).hasSize(3).last().isEqualTo("news: log [s1, s2]");
        assertThat(filled).containsExactly("sql", "dns", "log");
    }

    @Test
    void ofATableOfAnEarlierLifeEverythingIsToldAndNothingFilled() throws IOException {
        maps.found(RULES);
        maps.fill(RULES, true);
        assertThat(filled).isEmpty();
        assertThat(told).containsExactly("sql [s1, s2]", "dns [s1, s2]", "log [s1, s2]");
        assertThat(maps.services()).containsExactlyInAnyOrder(SQL, DNS, LOG);
    }
}
