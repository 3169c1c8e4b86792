package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.drill.facts.AbortIf;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Moment;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.report.Console;
import proa.chaos.report.Json;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Drills on a pair: one that holds, and one that has to fail. */
@RequiresNetns
@Tag("system")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DrillTest {

    /** A machine that does other things as well; an order of magnitude does not pass. */
    private static final double PATIENCE = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private static Stage stage;

    @BeforeAll
    static void open() {
        stage = Stage.open(2, folder, PATIENCE, Duration.ofSeconds(3), _ -> {});
    }

    @AfterAll
    static void close() {
        if (stage != null) {
            stage.close();
        }
    }

    private static DrillFacts run(String name, String... abortIf) throws Exception {
        List<AbortIf> conditions =
                List.of(abortIf).stream().map(text -> AbortIf.of(text).orElseThrow()).toList();
        Console console = new Console(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        RunFacts facts = new Run(stage, conditions, 1, console).run(DrillFiles.read(List.of(name)));
        new DrillTable(console).print(facts);
        assertThat(Json.read(Json.pretty(facts), RunFacts.class).drills())
                .as("what is written can be read")
                .extracting(DrillFacts::verdict)
                .containsExactly(facts.drills().getFirst().verdict());
        return facts.drills().getFirst();
    }

    private static Verdict verdict(DrillFacts drill, String id) {
        return drill.invariants().stream()
                .filter(finding -> finding.id().equals(id))
                .findFirst()
                .map(Finding::verdict)
                .orElseThrow();
    }

    @Test
    @Order(1)
    void aKilledNodeCostsNoState() throws Exception {
        DrillFacts drill = run("kill-node");
        assertThat(drill.why()).isEmpty();
        for (String id : List.of("I3", "I5", "I6", "I7", "I8", "I9", "steady")) {
            assertThat(verdict(drill, id))
                    .as("%s: %s", id, drill.invariants())
                    .isEqualTo(Verdict.PASS);
        }
        assertThat(verdict(drill, "I11")).isEqualTo(Verdict.NOT_APPLICABLE);
        assertThat(drill.strikes()).hasSize(1);
        assertThat(drill.strikes().getFirst().after())
                .isNotEmpty()
                .isNotEqualTo(drill.strikes().getFirst().before());
        assertThat(drill.timeline())
                .extracting(Moment::kind)
                .contains("fault", "owner", "silence", "answer", "undone", "whole");
        assertThat(drill.plot().points()).hasSizeGreaterThan(20);
        // A takeover may be so quick that every probe is answered.
        assertThat(drill.plot().points())
                .filteredOn(point -> point.probes() > 0 && point.requests() > 0)
                .hasSizeGreaterThan(10);
        assertThat(drill.carried()).hasSize(2);
    }

    /** Nobody can take over: the drill fails, and is ended before its time. */
    @Test
    @Order(2)
    void withoutTakeoverItFailsAndIsEndedEarly() throws Exception {
        stage.refuseTakeover();
        DrillFacts drill = run("kill-node", "gap-millis>1500");
        assertThat(drill.why()).startsWith("gap-millis is ");
        assertThat(drill.verdict()).as("%s", drill.invariants()).isEqualTo(Verdict.FAIL);
        assertThat(verdict(drill, "I2")).isEqualTo(Verdict.FAIL);
        assertThat(verdict(drill, "owner")).isEqualTo(Verdict.FAIL);
        assertThat(drill.strikes().getFirst().gapMillis()).isGreaterThan(1_500);
        stage.awaitWhole();
        stage.awaitOwner();
    }
}
