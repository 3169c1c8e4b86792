package proa.chaos.drill.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

import proa.chaos.drill.facts.ControlFact;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.DrillFacts.ClientFact;
import proa.chaos.drill.facts.DrillFacts.Plot;
import proa.chaos.drill.facts.DrillFacts.Point;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Judge;
import proa.chaos.drill.facts.Moment;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Samples;
import proa.chaos.drill.facts.SharedFacts;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.report.Json;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;

/** The report for a person and the one for a build. */
class DrillPageTest {

    /** As long as real ones: it has no place to break at. */
    private static final String HASH = "0123456789abcdef".repeat(4);

    private static final String NASTY = "<script>alert('x & \"y\"')</script>\u0001";

    private static DrillFacts drill(String name, Verdict first, int points) {
        List<Finding> findings =
                new ArrayList<>(
                        Judge.findings(Samples.kill(), Samples.evidence(Samples.strike()), 1));
        findings.set(0, new Finding("I1", "one owner", first, 7, "ms", NASTY));
        return new DrillFacts(
                name,
                NASTY,
                Judge.overall(findings),
                "",
                12,
                findings,
                List.of(new Moment(0, "fault", "kill " + NASTY), new Moment(65, "answer", "first")),
                List.of(Samples.strike()),
                Samples.evidence(Samples.strike()).carried(),
                new SharedFacts(1_200, 0, 0, 7, List.of(NASTY), List.of("STALE_READ " + NASTY)),
                new Plot(-2_000, 50, Collections.nCopies(points, new Point(30, 1, 2, 40, 50, 3))),
                List.of(new ClientFact("client-1", "GET /r/1", -5, 70, NASTY)));
    }

    private static RunFacts run(DrillFacts... drills) {
        return run(1, false, Map.of(), drills);
    }

    private static RunFacts run(
            double patience, boolean brief, Map<String, String> unwatched, DrillFacts... drills) {
        return new RunFacts(
                new RunFacts.Header(
                        "1.0",
                        HASH,
                        42,
                        "a machine " + NASTY,
                        3,
                        "2026-01-02T03:04:05Z",
                        30,
                        patience,
                        brief,
                        "two hosts " + NASTY,
                        unwatched),
                List.of(drills),
                List.of());
    }

    /** One drill that has passed, and one that has not, both of usual length. */
    static RunFacts ordinaryRun() {
        return run(drill("kill-node", Verdict.PASS, 400), drill("hang", Verdict.FAIL, 400));
    }

    @Test
    void everythingIsEscapedAndNothingComesFromElsewhere() {
        String page = DrillPage.of(run(drill(NASTY, Verdict.FAIL, 100)), Optional.empty());
        assertThat(page)
                .doesNotContain(
                        "<script", "http://", "https://", "src=", "url(", "@import", "\u0001")
                .contains(
                        "&lt;script&gt;",
                        "default-src 'none'",
                        "width=device-width",
                        "@media print");
    }

    @Test
    void itHasEveryPart() {
        String page = DrillPage.of(run(drill("kill-node", Verdict.PASS, 100)), Optional.empty());
        assertThat(page)
                .contains("1 of 1 drills passed", HASH, "<td>42", "2026-01-02T03:04:05Z")
                .contains("Verdicts", "From the first fault on", "State carried", "<svg")
                .contains("1200 operations on sessions that all clients write judged: 0 reads")
                .contains("7 more are excepted", "<li>STALE_READ", "<td>1200, 7 reads excepted")
                .contains("What clients saw fail", "class=\"band\"", "class=\"failed\"")
                .contains(
                        "Failover certificate", "Every invariant that these drills can show held.");
        assertThat(page).doesNotContain("Compared with");
    }

    @Test
    void aCertificateOfAFailedRunCertifiesNothingAndNamesWhatFailed() {
        String page =
                DrillPage.of(
                        run(
                                drill("kill-node", Verdict.FAIL, 10),
                                DrillFacts.without(
                                        "partition", "", Verdict.UNKNOWN, "not steady before")),
                        Optional.empty());
        assertThat(page)
                .contains("this certifies no failover", "<li>kill-node, I1: FAIL (7.0 ms")
                .contains("<li>partition: UNKNOWN: not steady before")
                .doesNotContain("can show held.");
    }

    @Test
    void aCertificateSaysWhatWasWatchedAndWhatWasNot() {
        DrillFacts drill = drill("kill-node", Verdict.PASS, 10);
        String whole = DrillPage.of(run(drill), Optional.empty());
        assertThat(whole)
                .contains("ARP requests each 5 ms", "clients over their limit", "a long connection")
                .contains("in the whole form; budgets of time as they are")
                .contains("All of it ran on two hosts &lt;script&gt;")
                .contains("longest with two owners<td>0.0 ms")
                .doesNotContain("was not watched");
        Map<String, String> unwatched =
                Map.of("I5", "no `host-sessions`", "I6", "no `servers`", "I10", "no `echo`");
        String less = DrillPage.of(run(3, true, unwatched, unasked(drill)), Optional.empty());
        assertThat(less)
                .contains("<li>I5 was not watched: no `host-sessions`")
                .contains("<li>I10 was not watched: no `echo`")
                .contains("clients that have to keep their server")
                .contains("in the brief form; budgets of time times 3.0")
                .contains("longest with two owners<td>not asked")
                .doesNotContain("session writers that", "receipts", "a long connection")
                .doesNotContain("ARP requests each");
    }

    /** Nobody asked who owns the address. */
    private static DrillFacts unasked(DrillFacts drill) {
        return new DrillFacts(
                drill.drill(),
                drill.summary(),
                drill.verdict(),
                drill.why(),
                drill.seconds(),
                drill.invariants(),
                drill.timeline(),
                List.of(Samples.strike(-1, true, 65, "")),
                drill.carried(),
                drill.shared(),
                drill.plot(),
                drill.failures());
    }

    private static DrillFacts aborted(DrillFacts drill) {
        return new DrillFacts(
                drill.drill(),
                drill.summary(),
                Verdict.ABORTED,
                "gap-millis is 300, above 200",
                drill.seconds(),
                drill.invariants(),
                drill.timeline(),
                drill.strikes(),
                drill.carried(),
                drill.shared(),
                drill.plot(),
                drill.failures());
    }

    @Test
    void aDrillThatEndedEarlyIsNamedAlthoughEachOfItsFindingsHeld() throws Exception {
        RunFacts run = run(aborted(drill("kill-node", Verdict.PASS, 1)));
        assertThat(DrillPage.of(run, Optional.empty()))
                .contains("this certifies no failover")
                .contains("<li>kill-node: ABORTED: gap-millis is 300, above 200");
        assertThat(JUnitXml.of(run))
                .contains("errors=\"1\"", "name=\"drill ", "gap-millis is 300, above 200");
    }

    @Test
    void anEarlierRunIsComparedNumberByNumber() {
        RunFacts earlier =
                Json.read(Json.pretty(run(drill("kill-node", Verdict.FAIL, 3))), RunFacts.class);
        String page = DrillPage.of(run(drill("kill-node", Verdict.PASS, 3)), Optional.of(earlier));
        assertThat(page)
                .contains("Compared with the run of 2026-01-02T03:04:05Z", "configuration the same")
                .contains(
                        "<td>kill-node<td>I1<td class=\"fail\">FAIL<td class=\"n\">7.0 ms"
                                + "<td class=\"pass\">PASS");
    }

    @Test
    void aControlIsATableAndBarsOfOneScale() {
        RunFacts plain = run(drill("kill-node", Verdict.PASS, 3));
        ControlFact fact = new ControlFact("kill-node", NASTY, "a peer", 50, 0, 250, 5, 240, 1.5);
        ControlFact never = new ControlFact("hang", "hang", "a peer", 125, 0, -1, -1, 0, 0);
        String page =
                DrillPage.of(
                        new RunFacts(plain.header(), plain.drills(), List.of(fact, never)),
                        Optional.empty());
        assertThat(page)
                .contains("<h2>Beside a peer</h2>", "250.0 ms", "<td class=\"n\">240</tr>")
                .contains("class=\"here\" x=\"330\" y=\"10\" width=\"100.0\"")
                .contains("class=\"there\" x=\"330\" y=\"26\" width=\"500.0\"")
                .contains("class=\"there\" x=\"330\" y=\"70\" width=\"0.0\"")
                .doesNotContain("<script");
        assertThat(DrillPage.of(plain, Optional.empty())).doesNotContain("<h2>Beside");
    }

    @Test
    void manyLongDrillsStayASmallPage() {
        DrillFacts[] drills = new DrillFacts[20];
        for (int number = 0; number < drills.length; number++) {
            drills[number] = drill("drill-" + number, Verdict.PASS, 400);
        }
        assertThat(DrillPage.of(run(drills), Optional.empty()).length()).isLessThan(2 << 20);
    }

    @Test
    void buildsReadTheVerdictsAsXml() throws Exception {
        String xml =
                JUnitXml.of(
                        run(
                                drill(NASTY, Verdict.FAIL, 1),
                                drill("unsure", Verdict.UNKNOWN, 1),
                                DrillFacts.without(
                                        "off", "", Verdict.NOT_APPLICABLE, "two nodes")));
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        Document document = builder.parse(new InputSource(new StringReader(xml)));
        Element failed = (Element) document.getElementsByTagName("testsuite").item(0);
        Element unsure = (Element) document.getElementsByTagName("testsuite").item(1);
        assertThat(failed.getAttribute("failures")).isEqualTo("1");
        Element operations = (Element) failed.getElementsByTagName("property").item(0);
        assertThat(operations.getAttribute("name")).isEqualTo("session-operations-judged");
        assertThat(operations.getAttribute("value")).isEqualTo("1200");
        assertThat(failed.getAttribute("skipped")).isEqualTo("1");
        assertThat(unsure.getAttribute("errors")).isEqualTo("1");
        assertThat(failed.getElementsByTagName("testcase").getLength())
                .isEqualTo(Integer.parseInt(failed.getAttribute("tests")));
        assertThat(document.getElementsByTagName("skipped").getLength()).isEqualTo(3);
    }
}
