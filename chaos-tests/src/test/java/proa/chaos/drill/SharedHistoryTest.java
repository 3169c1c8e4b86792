package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.chaos.drill.facts.Evidence;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Judge;
import proa.chaos.drill.facts.Samples;
import proa.chaos.drill.facts.Separation;
import proa.chaos.drill.facts.SharedSessions;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.history.Guilt;
import proa.chaos.history.HistoryChecker;
import proa.chaos.history.Operation;
import proa.chaos.load.LoadReport;
import proa.chaos.report.Json;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** From a history of registers, as the load tells it, to the verdict on sessions. */
class SharedHistoryTest {

    private static final long MILLI = 1_000_000;
    private static final HistoryChecker CHECKER =
            new HistoryChecker(HistoryChecker.Model.ACKNOWLEDGED, 0);

    /** Each operation takes place at one moment between its start and its end. */
    private static List<Operation> history(long seed) {
        Random random = new Random(seed);
        String[] values = new String[8];
        List<Operation> history = new ArrayList<>();
        for (int number = 1; number <= 2_000; number++) {
            long moment = number * MILLI;
            long start = moment - 1 - random.nextLong(30 * MILLI);
            long end = moment + 1 + random.nextLong(30 * MILLI);
            int key = random.nextInt(values.length);
            boolean doubt = random.nextInt(20) == 0;
            if (values[key] == null || random.nextInt(4) == 0) {
                boolean happens = !doubt || random.nextBoolean();
                String value = "v" + number;
                history.add(
                        Operation.write("k" + key, value, start, doubt ? Operation.NEVER : end));
                values[key] = happens ? value : values[key];
            } else {
                history.add(Operation.read("k" + key, values[key], start, end).through("lb2"));
            }
        }
        return history;
    }

    private static LoadReport.Registers registers(List<Operation> history, int left) {
        List<LoadReport.Breach> breaches = new ArrayList<>();
        for (Guilt guilt : CHECKER.check(history)) {
            Operation read = guilt.read();
            Operation because = guilt.because();
            breaches.add(
                    new LoadReport.Breach(
                            guilt.kind(),
                            read.key(),
                            read.through(),
                            read.value(),
                            read.startNanos(),
                            read.endNanos(),
                            because.value(),
                            because.startNanos(),
                            because.endNanos()));
        }
        int reads = (int) history.stream().filter(o -> o.kind() == Operation.Kind.READ).count();
        LoadReport.Registers told =
                new LoadReport.Registers(
                        reads, history.size() - reads, left, breaches.size(), breaches);
        return Json.read(Json.line(told), LoadReport.Registers.class);
    }

    private static Finding judged(SharedSessions shared, Separation... separations) {
        Evidence sound = Samples.evidence(Samples.strike());
        Evidence evidence =
                new Evidence(
                        sound.strikes(),
                        sound.carried(),
                        shared,
                        List.of(separations),
                        sound.limits(),
                        sound.once(),
                        sound.answers(),
                        sound.failed(),
                        sound.mixed(),
                        sound.cookiesMoved(),
                        sound.stickyMoved(),
                        sound.hashes(),
                        sound.uses(),
                        sound.unmeasured(),
                        sound.steadyAfter(),
                        sound.unsteady(),
                        sound.unwatched(),
                        sound.lasting());
        return Judge.findings(Samples.kill(), evidence, 1).stream()
                .filter(finding -> finding.id().equals("I5"))
                .findFirst()
                .orElseThrow();
    }

    private static SharedSessions shared(List<Operation> history, int left) {
        return Memory.shared(registers(history, left), 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aHistoryOfAStoreThatKeepsItsPromisePasses(long seed) {
        Finding finding = judged(shared(history(seed), 0));
        assertThat(finding.verdict()).as(finding.why()).isEqualTo(Verdict.PASS);
        assertThat(finding.why()).contains("2000 operations");
    }

    /** Two values acknowledged one after the other, and then the older one is read. */
    private static List<Operation> planted(long seed, long readMillis) {
        List<Operation> history = history(seed);
        history.add(Operation.write("planted", "old", 5_000 * MILLI, 5_001 * MILLI));
        history.add(Operation.write("planted", "new", 5_010 * MILLI, 5_012 * MILLI));
        history.add(
                Operation.read("planted", "old", readMillis * MILLI, (readMillis + 1) * MILLI)
                        .through("lb1"));
        return history;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void oneStaleReadAmongTwoThousandFailsAndIsNamed(long seed) {
        Finding finding = judged(shared(planted(seed, 5_100), 0));
        assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding.value()).isEqualTo(1);
        assertThat(finding.why())
                .contains(
                        "STALE_READ of planted through lb1: read old from 5100.0 to 5101.0 ms,"
                                + " although new was written from 5010.0 to 5012.0 ms");
    }

    @Test
    void aValueOfNobodyAndALostOneFailToo() {
        List<Operation> invented = history(1);
        invented.add(Operation.read("k9", "nobodys", 1, 2).through("vip"));
        assertThat(judged(shared(invented, 0)).why()).contains("INVENTED of k9 through vip");
        assertThat(judged(shared(invented, 0)).verdict()).isEqualTo(Verdict.FAIL);
        List<Operation> lost = history(1);
        lost.add(Operation.write("k9", "a", 1, 2));
        lost.add(Operation.read("k9", "", 3, 4).through("vip"));
        assertThat(judged(shared(lost, 0)).why()).contains("LOST_WRITE of k9", "read nothing");
        assertThat(judged(shared(lost, 0)).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void ofAHistoryThatWasCutShortNothingIsKnownButWhatIsWrong() {
        Finding cut = judged(shared(history(3), 17));
        assertThat(cut.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(cut.why()).contains("17 more were not recorded, the history was full");
        assertThat(judged(shared(planted(3, 5_100), 17)).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judged(SharedSessions.NONE).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aNodeThatIsCutOffMayAnswerFromItsCopiesUntilItFindsOut() {
        Separation cut = new Separation("partition", Set.of("lb1", "vip"), false, 5_050, 8_050);
        Finding meanwhile = judged(shared(planted(1, 5_100), 0), cut);
        assertThat(meanwhile.verdict()).as(meanwhile.why()).isEqualTo(Verdict.PASS);
        assertThat(meanwhile.why())
                .contains("1 more are excepted: partition: a node that is cut off answers");
        assertThat(judged(shared(planted(1, 8_100), 0), cut).verdict())
                .as("it had time to find out")
                .isEqualTo(Verdict.FAIL);
        Separation other = new Separation("partition", Set.of("lb3"), false, 5_050, 8_050);
        assertThat(judged(shared(planted(1, 5_100), 0), other).verdict())
                .as("another one was cut off")
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void bothSidesOfAPairGoOnAndTheLaterWriteWins() {
        Separation cut = new Separation("partition", Set.of("lb1"), true, 5_005, 8_000);
        assertThat(judged(shared(planted(1, 5_100), 0), cut).verdict()).isEqualTo(Verdict.PASS);
        assertThat(judged(shared(planted(1, 8_100), 0), cut).verdict())
                .as("the write was of the other side")
                .isEqualTo(Verdict.PASS);
        Separation before = new Separation("partition", Set.of("lb1"), true, 1_000, 5_005);
        assertThat(judged(shared(planted(1, 5_100), 0), before).verdict())
                .as("both were written when it was over")
                .isEqualTo(Verdict.FAIL);
        List<Operation> invented = history(1);
        invented.add(Operation.read("k9", "nobodys", 5_100 * MILLI, 5_101 * MILLI));
        assertThat(judged(shared(invented, 0), cut).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void whatIsOnlyCountedIsNeitherExcusedNorHeld() {
        SharedSessions one = shared(planted(1, 5_100), 0);
        SharedSessions more = new SharedSessions(one.reads(), one.writes(), 0, 9, one.breaches());
        Separation cut = new Separation("partition", Set.of("lb1"), false, 5_050, 8_050);
        assertThat(judged(more, cut).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(judged(more, cut).why()).contains("8 more reads");
        assertThat(one.plus(shared(history(2), 3)).operations()).isEqualTo(4_003);
    }
}
