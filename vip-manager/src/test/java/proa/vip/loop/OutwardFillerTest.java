package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.config.GroupConfig.Egress;
import proa.vip.forwarding.Exit;
import proa.vip.forwarding.RuleSet;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** When the kernel is told which address connections of servers' own get. */
class OutwardFillerTest {

    private static final Exit WEB = exit("web", "10.78.0.1", "10.77.0.100");
    private static final Exit MAIL = exit("mail", "10.78.0.2", "10.77.0.101");

    private final List<String> filled = new ArrayList<>();
    private boolean refuses;
    private final OutwardFiller outward = new OutwardFiller(this::fill);

    private static Exit exit(String group, String gateway, String from) {
        return new Exit(
                group,
                InetAddress.ofLiteral(gateway),
                "eth1",
                List.of(),
                Egress.SNAT,
                InetAddress.ofLiteral(from));
    }

    private static RuleSet rules(Exit... exits) {
        return RuleSet.of(false, "lab", List.of(), List.of(exits)).orElseThrow();
    }

    private void fill(boolean six, Map<String, InetAddress> addresses) throws IOException {
        assertThat(six).isFalse();
        if (refuses) {
            throw new IOException("no memory");
        }
        filled.add(
                addresses.values().stream().map(InetAddress::getHostAddress).toList().toString());
    }

    @Test
    void theMapFollowsTheOwnersAndIsFilledOnlyWhenItChanges() throws IOException {
        RuleSet rules = rules(WEB, MAIL);
        outward.begun(rules);
        outward.fill(rules);
        assertThat(filled).as("whatever an earlier life has left goes").containsExactly("[]");
        outward.owner("mail", true);
        outward.fill(rules);
        outward.fill(rules);
        assertThat(filled).containsExactly("[]", "[10.77.0.101]");
        outward.owner("web", true);
        outward.fill(rules);
        outward.owner("mail", false);
        outward.fill(rules);
        outward.owner("web", false);
        outward.fill(rules);
        assertThat(filled).containsExactly("[]", "[10.77.0.101]", "[10.77.0.100]", "[]");
    }

    @Test
    void aTableThatIsMadeAgainAndOneThatWasRefusedAreFilled() throws IOException {
        RuleSet rules = rules(WEB, MAIL);
        outward.owner("mail", true);
        refuses = true;
        assertThatThrownBy(() -> outward.fill(rules)).hasMessage("no memory");
        refuses = false;
        outward.fill(rules);
        outward.begun(rules);
        outward.fill(rules);
        assertThat(filled).containsExactly("[10.77.0.101]", "[10.77.0.101]");
    }

    @Test
    void whereGroupsShareNoInterfaceThereIsNoMap() throws IOException {
        RuleSet rules = rules(WEB);
        outward.begun(rules);
        outward.owner("web", true);
        outward.fill(rules);
        assertThat(filled).isEmpty();
    }
}
