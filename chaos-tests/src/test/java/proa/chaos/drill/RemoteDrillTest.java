package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Moment;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.lab.Await;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Shell;
import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Drills on machines that are reached by SSH alone: a trio in a lab, a real sshd on each host. */
@RequiresNetns
@Tag("system")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteDrillTest {

    private static final Duration DRILL = Duration.ofMinutes(15);
    private static final Duration FAULT = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofMinutes(3);

    /** What is no time, as in {@link DrillTest}. */
    private static final Set<String> HELD =
            Set.of("I3", "I5", "I6", "I7", "I8", "I9", "owner", "steady");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private @Nullable RemoteLab opened;

    @BeforeAll
    void open() throws IOException {
        opened = RemoteLab.open(folder);
    }

    @AfterAll
    void close() throws IOException {
        if (opened != null) {
            opened.close();
        }
        for (String host : Set.of("lb1", "lb2", "lb3")) {
            Path left = Path.of("/run/proa-drill", host);
            if (Files.exists(left)) {
                assertThat(left).isEmptyDirectory();
                Files.delete(left);
            }
        }
    }

    private RemoteLab lab() {
        return Objects.requireNonNull(opened);
    }

    private LabProcess start(String name, String... more) {
        String[] all = new String[more.length + 8];
        all[0] = name;
        all[1] = "--remote=" + lab().file("targets.conf");
        all[2] = "--brief";
        all[3] = "--patience=5";
        all[4] = "--json=" + lab().file("facts.json");
        all[5] = "--html=" + lab().file("page.html");
        all[6] = "--seed=1";
        all[7] = "--junit=" + lab().file("verdicts.xml");
        System.arraycopy(more, 0, all, 8, more.length);
        return lab().drill(all);
    }

    private DrillFacts facts() throws IOException {
        String text = Files.readString(lab().file("facts.json"));
        return Json.read(text, RunFacts.class).drills().getFirst();
    }

    private static Verdict verdict(DrillFacts drill, String id) {
        return drill.invariants().stream()
                .filter(finding -> finding.id().equals(id))
                .map(Finding::verdict)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(1)
    @Tag("long")
    void aKilledNodeCostsNoState() throws IOException {
        LabProcess drill = start("kill-node");
        drill.await(DRILL);
        System.out.println(drill.printed());

        DrillFacts facts = facts();
        assertThat(facts.why()).as(drill.printed()).isEmpty();
        for (String id : HELD) {
            assertThat(verdict(facts, id)).as(id).isEqualTo(Verdict.PASS);
        }
        assertThat(facts.strikes()).hasSize(1);
        assertThat(facts.strikes().getFirst().before()).startsWith("lb");
        assertThat(facts.strikes().getFirst().after())
                .startsWith("lb")
                .isNotEqualTo(facts.strikes().getFirst().before());
        assertThat(facts.strikes().getFirst().overlapMillis()).isNotNegative();
        assertThat(facts.carried()).hasSize(3);
    }

    /**
     * The connection goes while the node hangs, which has to be seen while the drill holds it; the
     * host resumes it by itself.
     */
    @Test
    @Order(2)
    @Tag("long")
    void whenSshDropsInAFaultTheHostsOwnSwitchHealsAndTheReportSaysSo() throws IOException {
        Path file =
                lab().write(
                                "hang-one.conf",
                                """
                                schema = 1
                                drill { steps = [ { faults = [ { hang = node, at = lb3 } ], hold = 10s } ] }
                                """);
        LabProcess drill = start(file.toString());
        Await.until(FAULT, drill::printed, () -> lab().hangs("lb3", "node"));
        lab().killSshd("lb3");
        Await.until(SOON, "the switch resumes it", () -> !lab().hangs("lb3", "node"));
        lab().startSshd("lb3");
        drill.await(DRILL);
        System.out.println(drill.printed());

        DrillFacts facts = facts();
        assertThat(facts.timeline())
                .filteredOn(moment -> moment.kind().equals("note"))
                .extracting(Moment::what)
                .contains("lb3: its dead-man's switch has undone \"hang node at lb3\"");
        assertThat(Files.readString(lab().file("page.html"))).contains("dead-man");
        assertThat(verdict(facts, "I5"))
                .as("sessions of the drill before")
                .isIn(Verdict.PASS, Verdict.UNKNOWN);
        assertThat(verdict(facts, "I6")).as("receipts of the drill before").isEqualTo(Verdict.PASS);
        assertThat(verdict(facts, "steady")).isEqualTo(Verdict.PASS);
    }

    /** The host takes the second fault's script, and says nothing of how it went. */
    @Test
    @Order(2)
    @Tag("long")
    void aFaultThatMayNotHaveBeenCommittedIsNotJudged() throws IOException {
        Path file =
                lab().write(
                                "lost-one.conf",
                                """
                                schema = 1
                                drill { steps = [
                                  { faults = [ { hang = node, at = lb3 } ], hold = 5s }
                                  { faults = [ { kill = vipd, at = lb3 } ], hold = 1s }
                                ] }
                                """);
        LabProcess drill = start(file.toString());
        Await.until(FAULT, drill::printed, () -> lab().hangs("lb3", "node"));
        lab().mute("lb3", true);
        Await.until(FAULT, drill::printed, () -> drill.printed().contains("is not known"));
        lab().mute("lb3", false);
        drill.await(DRILL);
        System.out.println(drill.printed());

        DrillFacts facts = facts();
        assertThat(facts.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(facts.why())
                .startsWith("whether \"kill vipd at lb3\" was done is not known: lb3: no answer");
        assertThat(facts.strikes()).as("faults that are known").hasSize(1);
        assertThat(verdict(facts, "steady")).isEqualTo(Verdict.PASS);
    }

    /** One that would cut off a host for minutes, and has just done it. */
    private LabProcess cutOne(String... more) throws IOException {
        Path file =
                lab().write(
                                "cut-one.conf",
                                """
                                schema = 1
                                drill { steps = [ { faults = [ { cut = pruned, at = lb3 } ], hold = 5m } ] }
                                """);
        List<String> all = new ArrayList<>(List.of(file.toString(), "--patience=5"));
        all.add("--remote=" + lab().file("targets.conf"));
        all.addAll(List.of(more));
        LabProcess drill = lab().drill(all.toArray(String[]::new));
        Await.until(FAULT, drill::printed, () -> lab().rules("lb3").contains("proa_drill_"));
        return drill;
    }

    @Test
    @Order(3)
    void whatAKilledDrillLeavesIsNamedAndRemoved() throws IOException {
        LabProcess drill = cutOne();
        drill.kill();
        drill.await(SOON);

        LabProcess another = start("kill-node");
        assertThat(another.await(SOON)).as(another.printed()).isEqualTo(1);
        assertThat(another.printed())
                .contains("lb3: \"")
                .contains(" of process " + drill.pid())
                .contains("proa drill clean --remote");
        assertThat(lab().rules("lb3")).contains("proa_drill_");

        LabProcess clean = lab().drill("clean", "--remote=" + lab().file("targets.conf"));
        assertThat(clean.await(SOON)).as(clean.printed()).isZero();
        assertThat(clean.printed()).contains("of process " + drill.pid()).contains("is undone");
        assertThat(lab().rules("lb3")).doesNotContain("proa_drill_");
    }

    /** Ctrl-C: what the drill did is undone by itself, with nothing left for its switch. */
    @Test
    @Order(4)
    void whoHasHadEnoughOfADrillGetsEverythingHealed() throws IOException {
        Path json = lab().file("interrupted.json");
        LabProcess drill = cutOne("--json=" + json);

        Shell.run(List.of("kill", "-INT", Long.toString(drill.pid())));

        assertThat(drill.await(SOON)).as(drill.printed()).isEqualTo(DrillCommand.INTERRUPTED);
        assertThat(drill.printed()).contains("interrupted: every fault is undone");
        assertThat(lab().rules("lb3")).doesNotContain("proa_drill_");
        RunFacts facts = Json.read(Files.readString(json), RunFacts.class);
        assertThat(facts.header().nodes()).isEqualTo(3);
        assertThat(facts.verdict()).isEqualTo(Verdict.ABORTED);
        for (String host : List.of("lb1", "lb2", "lb3")) {
            Path own = Path.of("/run/proa-drill", host);
            assertThat(Files.exists(own) ? own.toFile().list() : new String[0])
                    .as("armed switches of %s", host)
                    .isEmpty();
        }
    }

    @Test
    @Order(5)
    void aHostKeyThatIsNotKnownIsRefused() throws IOException {
        String known = Files.readString(lab().file("known_hosts"));
        lab().write("other_hosts", known.replaceFirst("(?m)^\\[10\\.77\\.0\\.12].*\\n", ""));
        Path targets =
                lab().write(
                                "unknown.conf",
                                lab().targets()
                                        .replace(
                                                "known-hosts = known_hosts",
                                                "known-hosts = other_hosts"));
        long before = lab().pid("lb1", "node");

        LabProcess drill = lab().drill("kill-node", "--remote=" + targets);

        assertThat(drill.await(SOON)).as(drill.printed()).isEqualTo(1);
        assertThat(drill.printed())
                .contains("lb2: no SSH to root@10.77.0.12 port 2222")
                .contains("Host key verification failed");
        assertThat(lab().pid("lb1", "node")).isEqualTo(before);
    }
}
