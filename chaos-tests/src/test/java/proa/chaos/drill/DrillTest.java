package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.chaos.drill.facts.AbortIf;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Moment;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Strike;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.drill.page.DrillPage;
import proa.chaos.drill.page.PageBrowser;
import proa.chaos.lab.LabException;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.TrioPlan;
import proa.chaos.report.Console;
import proa.chaos.report.Json;
import proa.config.drill.Budget;
import proa.config.drill.DrillPlan;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Drills that come with the program, in their brief form on one warm trio, judged by order,
 * survival and who owned the address rather than by milliseconds; and one that has to fail.
 */
@RequiresNetns
@Tag("system")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrillTest {

    /** A machine that does other things as well; an order of magnitude does not pass. */
    private static final double PATIENCE = 5;

    /** Leaks are looked for by drills in their whole form: idle connections need their time. */
    private static final Pace PACE =
            new Pace(
                    PATIENCE,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ZERO,
                    true);

    /** Half of what a drill has: the machine of these tests may be slow, and shall have room. */
    static final int HTTP_RATE = 300;

    /** To see that a drill is refused it need not be waited for long. */
    private static final Pace HASTY =
            new Pace(
                    PATIENCE,
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3),
                    Duration.ZERO,
                    true);

    /**
     * What is no time, but for the overlap of two owners and a sum that has to be of one window.
     */
    private static final Set<String> JUDGED =
            Set.of("I1", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I11", "owner", "steady");

    private static final int PAGE_BYTES_MAX = 2 << 20;

    private static final Set<String> TIMED = Set.of("I1", "I4");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private @Nullable Stage stage;
    private int opened;

    /** The trio is warm; one that a drill has left broken is started anew for the next. */
    @BeforeEach
    void open() throws Exception {
        if (stage != null && !isWhole(stage)) {
            close();
        }
        if (stage == null) {
            Path own = Files.createDirectory(folder.resolve("t" + ++opened));
            stage = Stage.open(LabCarrier.open(TrioPlan.network(3), own, HTTP_RATE), PACE);
        }
    }

    private static boolean isWhole(Stage stage) {
        try {
            stage.awaitWhole();
            return true;
        } catch (LabException _) {
            return false;
        }
    }

    @AfterAll
    void close() {
        if (stage != null) {
            stage.close();
            stage = null;
        }
    }

    private Stage stage() {
        return Objects.requireNonNull(stage);
    }

    private DrillFacts run(String name, String... abortIf) throws Exception {
        return run(stage(), name, abortIf).drills().getFirst();
    }

    private static RunFacts run(Stage stage, String name, String... abortIf) throws Exception {
        return run(stage, DrillFiles.read(List.of(name)), abortIf);
    }

    private static RunFacts run(Stage stage, List<DrillPlan> plans, String... abortIf)
            throws Exception {
        List<AbortIf> conditions =
                List.of(abortIf).stream().map(text -> AbortIf.of(text).orElseThrow()).toList();
        Console console = new Console(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        Run run = new Run(stage, Renewal.NONE, conditions, 1, console);
        RunFacts facts = run.run(plans);
        new DrillTable(console).print(facts);
        assertThat(Json.read(Json.pretty(facts), RunFacts.class).drills())
                .as("what is written can be read")
                .extracting(DrillFacts::verdict)
                .containsExactly(facts.drills().getFirst().verdict());
        return facts;
    }

    private static Verdict verdict(DrillFacts drill, String id) {
        return drill.invariants().stream()
                .filter(finding -> finding.id().equals(id))
                .findFirst()
                .map(Finding::verdict)
                .orElseThrow();
    }

    /** The page of what was found, in a browser: small, and as wide as a phone. */
    private static void assertIsShown(RunFacts facts) throws IOException {
        String page = DrillPage.of(facts, Optional.of(facts));
        assertThat(page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(PAGE_BYTES_MAX);
        assertThat(page).contains("together", "Failover certificate", "class=\"band\"");
        if (PageBrowser.missing().isEmpty()) {
            new PageBrowser(Files.createDirectory(folder.resolve("browser"))).fits(page, 390);
        }
    }

    /** Those whose faults are soon over; the kill of a node stands for those that end processes. */
    private static final List<String> TOGETHER =
            List.of(
                    "kill-node",
                    "cable",
                    "vlan-pruned",
                    "one-way",
                    "hang",
                    "slow-sync",
                    "arp-thief",
                    "ruleset-flushed",
                    "planned-move",
                    "kill-vipd",
                    "partition");

    /** Two that go on answering overlap for longer; a busy machine may make some of it. */
    private static final double OVERLAP_MILLIS_MAX = 900;

    /**
     * Their faults, one after the other, as one drill, which may cost what the worst of them may.
     */
    private static DrillPlan together(List<DrillPlan> plans) {
        List<Budget> budgets = plans.stream().map(DrillPlan::budget).toList();
        return new DrillPlan(
                "together",
                String.join(", ", TOGETHER),
                3,
                plans.stream().flatMap(plan -> plan.brief().steps().stream()).toList(),
                Optional.empty(),
                new Budget(
                        longest(budgets, Budget::gap),
                        Duration.ofMillis((long) (OVERLAP_MILLIS_MAX / PATIENCE)),
                        Optional.empty(),
                        OptionalLong.empty(),
                        longest(budgets, Budget::connectionEnd),
                        Budget.OwnerChanges.ANY));
    }

    private static Duration longest(List<Budget> budgets, Function<Budget, Duration> of) {
        return budgets.stream().map(of).max(Comparator.naturalOrder()).orElseThrow();
    }

    /** No fault leaves anything that the next one makes worse, whatever came before it. */
    @Test
    @Order(1)
    void whatIsPromisedOutlivesOneFaultAfterTheOther() throws Exception {
        List<DrillPlan> plans = DrillFiles.read(TOGETHER);
        RunFacts facts = run(stage(), List.of(together(plans)));
        DrillFacts drill = facts.drills().getFirst();
        assertPromises(drill);
        assertIsTold(drill);
        assertIsShown(facts);
        Iterator<Strike> strikes = drill.strikes().iterator();
        for (DrillPlan plan : plans) {
            for (int step = 0; step < plan.steps().size(); step++) {
                assertOwner(plan, strikes.next());
            }
        }
        assertThat(strikes).isExhausted();
    }

    /** The whole story, in numbers. */
    private static void assertIsTold(DrillFacts drill) {
        assertThat(drill.timeline())
                .extracting(Moment::kind)
                .contains("fault", "owner", "silence", "answer", "undone", "whole");
        assertThat(drill.plot().points()).hasSizeGreaterThan(20);
        // A takeover may be so quick that every probe is answered.
        assertThat(drill.plot().points())
                .filteredOn(point -> point.probes() > 0 && point.requests() > 0)
                .hasSizeGreaterThan(10);
        assertThat(drill.carried()).hasSize(3);
    }

    /**
     * What the whole drill cannot be judged by, since each of its faults promises another thing.
     */
    private static void assertOwner(DrillPlan plan, Strike strike) {
        switch (plan.budget().ownerChanges()) {
            case YES -> assertThat(strike.after()).as(strike.what()).isNotEqualTo(strike.before());
            case NO -> assertThat(strike.after()).as(strike.what()).isEqualTo(strike.before());
            case ANY -> {}
        }
        if (!plan.name().equals("partition")) {
            assertThat(strike.overlapMillis())
                    .as("two owners: %s", strike.what())
                    .isLessThan(OVERLAP_MILLIS_MAX);
        }
    }

    @ParameterizedTest
    @MethodSource("proa.chaos.drill.DrillFiles#names")
    @Order(2)
    @Tag("long")
    void whatIsPromisedOutlivesTheFault(String name) throws Exception {
        DrillFacts drill = run(name);
        if (name.equals("clock") && WallClocks.missing().isPresent()) {
            assertThat(drill.verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
            assertThat(drill.why()).contains("libfaketime");
            return;
        }
        assertThat(drill.strikes()).isNotEmpty();
        assertPromises(drill);
    }

    /**
     * Each was seen to hold, or cannot be shown by this drill. What observers of a busy machine
     * were too slow for is unknown.
     */
    private static void assertPromises(DrillFacts drill) {
        assertThat(drill.why()).isEmpty();
        assertThat(drill.invariants())
                .filteredOn(finding -> JUDGED.contains(finding.id()))
                .hasSize(JUDGED.size())
                .filteredOn(finding -> finding.verdict() != Verdict.NOT_APPLICABLE)
                .allSatisfy(
                        finding ->
                                assertThat(finding.verdict())
                                        .isIn(
                                                Verdict.PASS,
                                                TIMED.contains(finding.id())
                                                        ? Verdict.UNKNOWN
                                                        : Verdict.PASS))
                .extracting(Finding::id)
                .contains("I4", "I5", "I6", "I7", "I8", "I9", "steady");
        assertThat(drill.strikes())
                .allSatisfy(strike -> assertThat(strike.over()).as(strike.what()).isTrue());
    }

    /** Servers that answer errors: no fault is committed on top of it. */
    @Test
    @Order(3)
    void aClusterThatIsNotSteadyIsNoStage() throws Exception {
        List<String> servers = List.of("web1", "web2", "web3");
        String owner = stage().awaitOwner().name();
        DrillFacts drill;
        try {
            servers.forEach(server -> stage().load().server(server, "errors"));
            drill = run(stage().at(HASTY), "kill-node").drills().getFirst();
        } finally {
            servers.forEach(server -> stage().load().server(server, "none"));
        }
        assertThat(drill.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(drill.why()).startsWith("not steady before the first fault: ");
        assertThat(drill.strikes()).isEmpty();
        assertThat(drill.invariants()).isEmpty();
        assertThat(stage().awaitOwner().name()).isEqualTo(owner);
        assertThat(stage().unsteady(() -> {})).as("with servers that are well again").isEmpty();
    }

    /** Nobody can take over: the drill fails, and is ended before its time. */
    @Test
    @Order(4)
    void withoutTakeoverItFailsAndIsEndedEarly() throws Exception {
        stage().refuseTakeover();
        DrillFacts drill = run("kill-node", "gap-millis>1500");
        assertThat(drill.why()).startsWith("gap-millis is ");
        assertThat(drill.verdict()).as("%s", drill.invariants()).isEqualTo(Verdict.FAIL);
        assertThat(verdict(drill, "I2"))
                .as("a hypervisor that took processors leaves it unknown")
                .isIn(Verdict.FAIL, Verdict.UNKNOWN);
        assertThat(verdict(drill, "owner")).isEqualTo(Verdict.FAIL);
        assertThat(drill.strikes().getFirst().gapMillis()).isGreaterThan(1_500);
        stage().awaitWhole();
        stage().awaitOwner();
    }
}
