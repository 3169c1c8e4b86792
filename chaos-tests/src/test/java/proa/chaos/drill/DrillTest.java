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
import proa.chaos.drill.facts.Strike;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.report.Console;
import proa.chaos.report.Json;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Drills on a pair: some that hold, and one that has to fail. */
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
        assertThat(drill.plot().points()).anyMatch(point -> point.unanswered() > 0);
        assertThat(drill.carried()).hasSize(2);
    }

    /** One drill of many short steps: each on the cluster that the one before has left. */
    private static final String SHORT_FORMS =
            """
            schema = 1
            drill {
              summary = "short forms"
              steps = [
                { faults = [ { delay = nodes, from = nodes, by = 80ms, jitter = 40ms, duplicate = 5, only = sync } ], hold = 2s }
                { faults = [ { flush = rules } ], hold = 1s }
                { faults = [ { fill = disk }, { storm = 200 } ], hold = 1s }
                { faults = [ { configure = nodes }, { kill = vipd } ], hold = 1s }
                { faults = [ { cut = cable } ], hold = 2s }
                { faults = [ { hang = both } ], hold = 2s }
              ]
              budget { gap = 2s, failed-requests = 2k, connection-end = 45s }
            }
            """;

    /** Steps of these that take the address from its owner; all others leave it there. */
    private static final int FIRST_MOVE = 3;

    private static final double OVERLAP_MILLIS_MAX = 1_000;

    @Test
    @Order(2)
    void whateverHappensOneOwnsTheAddressAndNothingIsForgotten() throws Exception {
        Path file = folder.resolve("short.conf");
        Files.writeString(file, SHORT_FORMS);
        DrillFacts drill = run(file.toString());
        assertThat(drill.why()).isEmpty();
        for (String id : List.of("I3", "I5", "I6", "I7", "I8", "I9", "steady")) {
            assertThat(verdict(drill, id))
                    .as("%s: %s", id, drill.invariants())
                    .isEqualTo(Verdict.PASS);
        }
        assertThat(drill.strikes()).hasSize(6);
        for (int step = 0; step < drill.strikes().size(); step++) {
            Strike strike = drill.strikes().get(step);
            assertThat(strike.after()).as(strike.what()).isNotEmpty();
            assertThat(!strike.after().equals(strike.before()))
                    .as("%s moves the address: %s", strike.what(), strike)
                    .isEqualTo(step >= FIRST_MOVE);
            assertThat(strike.overlapMillis())
                    .as("two owners: %s", strike)
                    .isBetween(0.0, OVERLAP_MILLIS_MAX);
            assertThat(strike.over()).as("answers again: %s", strike).isTrue();
            assertThat(strike.wholeMillis()).as("is whole again: %s", strike).isNotNegative();
        }
    }

    /** Nobody can take over: the drill fails, and is ended before its time. */
    @Test
    @Order(3)
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
