package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose turn it is, by what a node says of itself: the package's {@code maintenance} is read but
 * for its last lines, and functions stand for what it calls.
 */
class MaintenanceTest {

    private static final Path SCRIPT =
            Path.of(System.getProperty("proa.home"), "vagrant/deb/tree/usr/lib/proa/maintenance");

    private static final String SETTLED = sessions(3, true, "");
    private static final String WITHOUT = "{\"enabled\":false}";

    /** What ran and how it ended. */
    private record Ran(int code, String output) {}

    private static String sessions(int members, boolean settled, String more) {
        return "{\"enabled\":true,\"writable\":true,\"members\":%d,\"settled\":%s,\"conflicts\":0,\"dropped\":0%s}"
                .formatted(members, settled, more);
    }

    /** As `proa status --json` says it; of three nodes so many are present. */
    private static String status(int present, String sessions) {
        StringBuilder nodes = new StringBuilder();
        for (int id = 1; id <= 3; id++) {
            nodes.append(id == 1 ? "" : ",")
                    .append(
                            "{\"name\":\"lb%d\",\"id\":%d,\"addresses\":[\"10.0.0.%d\"],\"self\":%s,\"present\":%s,\"console\":\"\"}"
                                    .formatted(id, id, id, id == 1, id <= present));
        }
        return "{\"node\":{\"ready\":true,\"members\":{\"quorum\":true,\"synchronised\":true},\"nodes\":[%s],\"sessions\":%s}}"
                .formatted(nodes, sessions);
    }

    /** The nth call of `proa status` gets the nth answer, and each further one the last. */
    private static Ran run(String command, String... answers) throws Exception {
        String script =
                """
                set -euo pipefail
                source <(sed '/^case \\${1:-} in$/,$d' "$1")
                calls=$(mktemp)
                trap 'rm -f "$calls"' EXIT
                command=$2
                shift 2
                answers=("$@")
                /usr/bin/proa() {
                    local number
                    echo >>"$calls"
                    number=$(wc -l <"$calls")
                    [ "$number" -le ${#answers[@]} ] || number=${#answers[@]}
                    printf '%s\\n' "${answers[number - 1]}"
                }
                sleep() { :; }
                eval "$command"
                """;
        List<String> words = new ArrayList<>(List.of("bash", "-c", script, "maintenance"));
        words.add(SCRIPT.toString());
        words.add(command);
        words.addAll(List.of(answers));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().remove("PROA_ALONE");
        builder.environment().remove("PROA_TURN_SECONDS");
        return ended(builder.start());
    }

    private static Ran ended(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), output);
    }

    private static String missing(String status) throws Exception {
        return run("missing", status).output;
    }

    @Test
    void nothingIsMissingWhereEverySessionHasItsSecondCopyOrThereAreNone() throws Exception {
        assertThat(missing(status(3, SETTLED))).isEmpty();
        assertThat(missing(status(3, WITHOUT))).isEmpty();
    }

    @Test
    void sessionsThatWaitForTheirSecondCopyKeepTheNextHostFromGoing() throws Exception {
        assertThat(missing(status(3, sessions(3, false, ""))))
                .isEqualTo("not every session has its second copy yet\n");
    }

    @Test
    void aStoreThatHasNotJoinedYetKeepsTheNextHostFromGoing() throws Exception {
        assertThat(missing(status(3, sessions(2, true, ""))))
                .isEqualTo("of the 3 members of the session store 2 are in sight\n");
    }

    @Test
    void theTurnIsWaitedForUntilTheyAreSettled() throws Exception {
        Ran ran =
                run(
                        "node=lb1; await_turn sees_all; echo went",
                        status(3, sessions(2, true, "")),
                        status(3, sessions(3, false, "")),
                        status(3, SETTLED));
        assertThat(ran.output)
                .isEqualTo(
                        """
                        proa: waiting for the turn of lb1: of the 3 members of the session store 2 are in sight
                        proa: waiting for the turn of lb1: not every session has its second copy yet
                        went
                        """);
        assertThat(ran.code).isZero();
    }

    @Test
    void whoWaitsInVainIsRefusedAndNothingIsChanged() throws Exception {
        Ran ran =
                run(
                        "node=lb1; turn_seconds=0; await_turn sees_all; echo went",
                        status(3, sessions(3, false, "")));
        assertThat(ran.output)
                .isEqualTo(
                        """
                        proa: not now: not every session has its second copy yet
                        proa: nothing was changed; PROA_ALONE=yes or the file /etc/proa/alone takes this host out all the same
                        """);
        assertThat(ran.code).isEqualTo(1);
    }

    @Test
    void theFirstOfThoseThatBeganTogetherDoesNotKeepItsWordBeforeTheyAreSettled() throws Exception {
        String isFirst = "node=lb1; lack=$(missing); is_first && echo first || echo gives way";
        assertThat(run(isFirst, status(3, sessions(3, false, ""))).output).isEqualTo("gives way\n");
    }

    @Test
    void whoGoesAloneIsToldWhatOfTheSessionsIsLost() throws Exception {
        assertThat(run("tell_loss", status(1, sessions(1, true, ""))).output)
                .contains(
                        "no other host has a copy of the sessions, and none is written to the disk:"
                                + " all of them are lost")
                .contains("proa sessions export FILE");
        assertThat(run("tell_loss", status(1, sessions(1, true, ",\"snapshot\":{}"))).output)
                .contains(
                        "no other host has a copy of the sessions; what is written to the disk at"
                                + " the stop comes back");
        assertThat(run("tell_loss", status(3, sessions(3, false, ""))).output)
                .contains(
                        "not every session has its second copy yet: sessions whose only copy is"
                                + " here are lost");
        assertThat(run("tell_loss", status(3, SETTLED)).output).isEmpty();
        assertThat(run("tell_loss", status(1, WITHOUT)).output).isEmpty();
    }
}
