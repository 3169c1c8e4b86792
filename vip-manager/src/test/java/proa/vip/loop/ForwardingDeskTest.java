package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Server;
import proa.config.FrontendConfig.Forwarding;
import proa.config.NatOptions;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.linux.ConnectionTracking;
import proa.vip.linux.ForwardingTables;
import proa.vip.message.MeshMessage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is asked of the thread that forwards, before it runs or without one. */
final class ForwardingDeskTest {

    private static final Service SQL = service();

    private static Service service() {
        InetSocketAddress server = address("10.78.0.21");
        return new Service(
                "sql",
                "db",
                Forwarding.NAT,
                false,
                address("10.77.0.100"),
                List.of(),
                false,
                1,
                NatOptions.NONE,
                List.of(new Server("s1", server, 1, false, 1, Optional.empty())));
    }

    private static InetSocketAddress address(String text) {
        return new InetSocketAddress(InetAddress.ofLiteral(text), 3306);
    }

    private static ForwardingDesk desk(List<RuleSet> rules) throws IOException {
        String table = RuleSet.tableName("desk");
        return new ForwardingDesk(
                rules, ForwardingTables.open(table), ConnectionTracking.open(), new Journal());
    }

    @Test
    void withoutRulesNothingWaitsForAThreadThatDoesNotRun() throws Exception {
        try (ForwardingDesk desk = desk(List.of())) {
            desk.forward(SQL, Set.of("s1"));
            desk.owned("db", true, 1);
            desk.forget("db");
            desk.connected();
            desk.heard(
                    new MeshMessage.Connections(
                            "sql", 1, 0, MeshMessage.Connections.Step.ALL, "", 0, List.of()));
            assertThat(desk.waiting()).isZero();
        }
    }

    @Test
    void aGroupThatIsBackBeforeItWasForgottenIsNotForgotten() throws Exception {
        RuleSet rules = RuleSet.of(false, "desk", List.of(SQL), List.of()).orElseThrow();
        try (ForwardingDesk desk = desk(List.of(rules))) {
            desk.forget("db");
            desk.heed();
            assertThat(desk.forgotten()).containsExactly("db");
            desk.owned("db", true, 2);
            desk.forget("other");
            desk.heed();
            assertThat(desk.forgotten()).containsExactly("other");
        }
    }
}
