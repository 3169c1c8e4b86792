package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.lab.Launcher;
import proa.chaos.lab.Shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the command says when it cannot begin. */
class DrillCommandTest {

    /** Also for root: without any capability nobody makes a network namespace. */
    private static final List<String> WITHOUT_RIGHTS =
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all");

    @Test
    void withoutTheRightToMakeNamespacesItSaysSo() {
        List<String> command = new ArrayList<>(List.of("env"));
        for (Map.Entry<String, String> each : Launcher.ENVIRONMENT.entrySet()) {
            command.add(each.getKey() + "=" + each.getValue());
        }
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(WITHOUT_RIGHTS);
        }
        command.addAll(Launcher.command(List.of("drill", "kill-node")));

        Shell.Ended ended = Shell.attempt(command, "", Duration.ofMinutes(1));

        assertThat(ended.printed())
                .contains("drills need a network of their own: network namespaces cannot be made")
                .contains("(root?): ip netns add ");
        assertThat(ended.code()).isEqualTo(1);
    }
}
