package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose turn it is, by what a node says of itself, and how a host goes and comes back: the
 * package's {@code maintenance} is read but for its last lines, and functions stand for what it
 * calls.
 */
class MaintenanceTest {

    private static final Path DEB = Path.of(System.getProperty("proa.home"), "vagrant/deb");
    private static final Path SCRIPTS = DEB.resolve("tree/usr/lib/proa");
    private static final Path SCRIPT = SCRIPTS.resolve("maintenance");

    /**
     * A host in a folder: {@code node} and {@code vipd} say how their units are, {@code status}
     * what the node says; each order to one of them is a line of the output. Where {@code
     * vipd-waits} is, vipd does not start.
     */
    private static final String HOST =
            """
            set -euo pipefail
            source <(sed '/^case \\${1:-} in$/,$d' "$1")
            cd "$2"
            state=$2/state since_boot=$2/since-boot mark=$2/mark crashes=$2/crashes program=$2/program
            node=lb1 ready_seconds=3
            has_systemd() { :; }
            sleep() { [ ! -e starts ] || mv starts node; }
            is() { cat "$1" 2>/dev/null || echo inactive; }
            systemctl() {
                local unit=${!#}
                unit=${unit#proa-} unit=${unit%.service}
                case $1 in
                is-active)
                    [ "$2" = --quiet ] || is "$unit"
                    [ "$(is "$unit")" = active ]
                    ;;
                start)
                    echo "start $unit"
                    # A vipd that waits does not start, and by its unit the node comes after it.
                    case "$*" in
                    *' --no-block '*) ;;
                    *' --job-mode=ignore-dependencies '*) echo active >"$unit" ;;
                    *) [ ! -e vipd-waits ] || return 1; echo active >"$unit" ;;
                    esac
                    ;;
                stop) echo "stop $unit"; rm -f "$unit" ;;
                esac
            }
            /usr/bin/proa() {
                [ ! -e "cut-$1" ] || { rm "cut-$1"; kill -KILL $$; }
                case $1 in
                status) cat status ;;
                check) [ ! -e wrong ] ;;
                *) echo "proa $*" ;;
                esac
            }
            eval "$3"
            """;

    @TempDir private Path host;

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
                .contains("proa sessions export /var/lib/proa/sessions.export");
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

    /** As the node says it where it lacks nothing. */
    private static String ready(String status) {
        return status.replace("\"ready\":true,", "\"ready\":true,\"lacking\":[],");
    }

    private static String unready(String status) {
        return status.replace(
                "\"ready\":true,", "\"ready\":false,\"lacking\":[\"sessions: no majority\"],");
    }

    private void is(String file, String text) throws IOException {
        Files.writeString(host.resolve(file), text + "\n");
    }

    /** Node and vipd run, and the node says that. */
    private void runs(String status) throws IOException {
        is("node", "active");
        is("vipd", "active");
        is("status", status);
    }

    private Ran onHost(String command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                HOST,
                                "maintenance",
                                SCRIPT.toString(),
                                host.toString(),
                                command)
                        .redirectErrorStream(true);
        List.of("PROA_ALONE", "PROA_CHECK", "PROA_NODE", "DPKG_MAINTSCRIPT_NAME")
                .forEach(builder.environment()::remove);
        return ended(builder.start());
    }

    private static final String AWAY_AND_BACK =
            """
            proa drain lb1 --wait 20 --until-boot
            stop node
            stop vipd
            start vipd
            start node
            proa ready lb1 --wait 0 --until-boot
            """;

    @Test
    void aHostHandsOverGoesAndComesBack() throws Exception {
        runs(ready(status(3, SETTLED)));
        Ran ran = onHost("leave; return_to_service");
        assertThat(ran.output).isEqualTo(AWAY_AND_BACK);
        assertThat(ran.code).isZero();
        assertThat(host.resolve("state")).doesNotExist();
        assertThat(host.resolve("state.drained")).doesNotExist();
    }

    @Test
    void aNodeThatWasNotReadyBeforeIsBackWhenItAnswers() throws Exception {
        runs(unready(status(1, sessions(1, true, ""))));
        Ran ran = onHost("PROA_ALONE=yes; leave; return_to_service");
        assertThat(ran.output).endsWith("stop vipd\nstart vipd\nstart node\n");
        assertThat(ran.code).isZero();
    }

    @Test
    void aNodeThatWasReadyBeforeHasToGetReady() throws Exception {
        runs(ready(status(1, WITHOUT)));
        assertThat(onHost("PROA_ALONE=yes; leave").code).isZero();
        is("status", unready(status(1, WITHOUT)));
        Ran ran = onHost("return_to_service");
        assertThat(ran.output).contains("the node does not get ready within 3 s");
        assertThat(ran.code).isEqualTo(1);
    }

    @Test
    void aFileThatNoVersionWouldStartWithIsMendedFirst() throws Exception {
        runs(ready(status(3, SETTLED)));
        is("wrong", "");
        Ran refused = onHost("leave");
        assertThat(refused.output)
                .isEqualTo(
                        """
                        proa: not now: the version that runs refuses /etc/proa/proa.conf as it is
                        proa: nothing was changed; mend the file, then again. If it is right, and written for the new version: PROA_CHECK=skip
                        """);
        assertThat(refused.code).isEqualTo(1);
        Ran skipped = onHost("PROA_CHECK=skip; leave");
        assertThat(skipped.output).as("the new version judges it").contains("stop node");
        assertThat(skipped.code).isZero();
        runs(ready(status(3, SETTLED)));
        Ran removed = onHost("DPKG_MAINTSCRIPT_NAME=prerm; leave");
        assertThat(removed.output).as("what is removed starts nothing").contains("stop node");
        assertThat(removed.code).isZero();
    }

    @Test
    void whoIsCutOffWhileItDrainsIsGivenBack() throws Exception {
        runs(ready(status(3, SETTLED)));
        is("cut-drain", "");
        assertThat(onHost("leave").code).isNotZero();
        assertThat(onHost("return_to_service").output)
                .isEqualTo("proa ready lb1 --wait 0 --until-boot\n");
        assertThat(onHost("return_to_service").output).as("once").isEmpty();
    }

    @Test
    void anotherTryAfterOneThatWasCutOffGivesBackWhatThatHadTaken() throws Exception {
        runs(ready(status(3, SETTLED)));
        is("cut-drain", "");
        assertThat(onHost("leave").code).isNotZero();
        assertThat(onHost("leave; return_to_service").output)
                .isEqualTo("proa ready lb1 --wait 0 --until-boot\n" + AWAY_AND_BACK);
        assertThat(host.resolve("state.drained")).doesNotExist();
    }

    @Test
    void aNodeWithoutVipdWaitsForItsTurnToo() throws Exception {
        is("node", "active");
        is("status", ready(status(2, WITHOUT)));
        Ran refused = onHost("turn_seconds=0; leave");
        assertThat(refused.output)
                .contains("not now: the node of lb3 is not running, or not to be reached");
        assertThat(refused.code).isEqualTo(1);
        is("status", ready(status(3, WITHOUT)));
        assertThat(onHost("leave").output).isEqualTo("stop node\nstop vipd\n");
    }

    @Test
    void nodesWithoutVipdThatBeginTogetherGoInTheOrderOfTheFile() throws Exception {
        is("status", ready(status(3, WITHOUT)));
        assertThat(onHost("for node in lb1 lb2 lb3; do place; done").output).isEqualTo("1\n2\n3\n");
        is("status", ready(status(1, WITHOUT)).replaceAll(",\\{\"name\":\"lb[23]\"[^}]*}", ""));
        assertThat(onHost("place").output).as("there is no other").isEqualTo("0\n");
    }

    /** One that drains is in sight still. */
    @Test
    void whoStopsIsMissedOrBackBeforeTheNextOneLooksAgain() throws Exception {
        is("status", ready(status(3, WITHOUT)));
        String waits = "sleep() { echo \"$1\"; }; for node in lb1 lb2 lb3; do is_own_moment; done";
        List<Integer> seconds = onHost(waits).output.lines().map(Integer::valueOf).toList();
        assertThat(seconds).hasSize(3);
        int before = 0;
        for (int each : seconds) {
            assertThat(each - before).isGreaterThan(stopSeconds());
            before = each;
        }
    }

    private static int stopSeconds() throws IOException {
        Path unit = DEB.resolve("tree/usr/lib/systemd/system/proa-node.service");
        String key = "TimeoutStopSec=";
        return Files.readAllLines(unit).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> Integer.valueOf(line.substring(key.length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aVipdThatWaitsForAnInterfaceKeepsNoNodeFromServingAgain() throws Exception {
        is("node", "active");
        is("vipd", "activating");
        is("vipd-waits", "");
        is("status", ready(status(3, WITHOUT)));
        Ran ran = onHost("leave; return_to_service");
        assertThat(ran.output).isEqualTo("stop node\nstop vipd\nstart vipd\nstart node\n");
        assertThat(ran.code).isZero();
        assertThat(host.resolve("state")).doesNotExist();
    }

    @Test
    void aNodeThatIsStartingRunsAgainAfterwards() throws Exception {
        runs(ready(status(3, SETTLED)));
        is("node", "activating");
        is("starts", "active");
        assertThat(onHost("leave; return_to_service").output).isEqualTo(AWAY_AND_BACK);

        is("node", "activating");
        assertThat(onHost("leave; return_to_service").output)
                .as("it is starting still after all the time there is")
                .isEqualTo("stop node\nstop vipd\nstart vipd\nstart node\n");
    }

    /** Root writes there, so nobody else may. */
    @Test
    void thatAHostIsAStandbyIsNotedInAFolderOfRoot() throws Exception {
        for (String script : List.of("maintenance", "standby")) {
            assertThat(Files.readAllLines(SCRIPTS.resolve(script)))
                    .as(script)
                    .anyMatch(line -> line.matches("mark=/var/lib/[^/ ]+( #.*)?"));
        }
    }

    /** A `start` of the package with folders and a program of the test's. */
    private String start(String name, String... arguments) throws Exception {
        is("proa", "#!/bin/bash\necho \"$@\"");
        assertThat(host.resolve("proa").toFile().setExecutable(true)).isTrue();
        is("proa.conf", "");
        is(
                "start",
                Files.readString(SCRIPTS.resolve("start"))
                        .replace("/usr/bin/proa", host + "/proa")
                        .replace("/etc/proa/", host + "/")
                        .replace("/run/proa/", host + "/"));
        List<String> words = new ArrayList<>(List.of("bash", host.resolve("start").toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("PROA_NODE", name);
        return ended(builder.start()).output.replace(host + "/", "");
    }

    @Test
    void aNodeMayBeCalledOtherwiseThanItsHost() throws Exception {
        assertThat(start("balancer-1"))
                .isEqualTo(
                        """
                        check -c proa.conf --node balancer-1
                        node -c proa.conf --node balancer-1
                        """);
        assertThat(start("balancer-1", "vipd"))
                .startsWith("vipd -c proa.conf --node balancer-1 --state-dir /var/lib/proa-vipd");
        assertThat(start("balancer-1", "reload"))
                .isEqualTo("check -c proa.conf --node balancer-1\nreload -c proa.conf\n");
    }

    /** As a script of the package by hand finds it, whom systemd has told nothing. */
    private String named(String script, String end, String... arguments) throws Exception {
        is("proa", "#!/bin/bash\necho \"$@\"");
        assertThat(host.resolve("proa").toFile().setExecutable(true)).isTrue();
        is(
                script,
                Files.readString(SCRIPTS.resolve(script))
                                .replace("/etc/default/proa", host + "/default")
                                .replace("/usr/bin/proa", host + "/proa")
                                .replace("/var/lib/", host + "/lib-")
                                .replace("/run/", host + "/run-")
                                .replaceAll("(?s)\ncase \\$\\{1:-} in\n.*", "\n")
                        + end);
        List<String> words = new ArrayList<>(List.of("bash", host.resolve(script).toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().remove("PROA_NODE");
        return ended(builder.start()).output;
    }

    @Test
    void whatTheNodeIsCalledIsReadAsSystemdReadsIt() throws Exception {
        for (String line :
                List.of(
                        "PROA_NODE=lb7",
                        "PROA_NODE=\"lb7\"",
                        "PROA_NODE='lb7'",
                        "\t PROA_NODE='lb7' ")) {
            is("default", "#PROA_NODE=lb1\n" + line);
            assertThat(named("maintenance", "echo \"$node\"")).as(line).isEqualTo("lb7\n");
            assertThat(named("standby", "", "off")).as(line).isEqualTo("ready lb7 --wait 0\n");
        }
    }

    /** Those that come with the package are read with all others, which may say otherwise. */
    @Test
    void settingsOfTheKernelThatAnOperatorHasChosenStay() throws Exception {
        String script =
                """
                source <(sed '/^case $1 in$/,$d' "$1")
                settings=$2
                /usr/lib/systemd/systemd-sysctl() { printf '%s\n' "$@"; }
                apply_settings
                """;
        Process process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                script,
                                "postinst",
                                DEB.resolve("control/postinst").toString(),
                                DEB.resolve("tree/usr/lib/sysctl.d/60-proa.conf").toString())
                        .redirectErrorStream(true)
                        .start();
        assertThat(ended(process).output)
                .isEqualTo(
                        """
                        --prefix=net.core.somaxconn
                        --prefix=net.ipv4.tcp_max_syn_backlog
                        --prefix=net.ipv4.ip_local_port_range
                        --prefix=net.core.netdev_max_backlog
                        --prefix=net.ipv4.conf.all.arp_announce
                        """);
    }
}
