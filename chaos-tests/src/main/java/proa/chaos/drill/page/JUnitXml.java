package proa.chaos.drill.page;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Verdict;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * The verdicts in the XML that builds read: a suite for each drill, a case for each invariant, and
 * one for the drill itself where that came to a worse end. What failed is a failure, what is not
 * known is an error, what does not apply is skipped.
 */
public final class JUnitXml {

    private JUnitXml() {}

    /** The document. */
    public static String of(RunFacts run) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Formatter out = new Formatter(xml, Locale.ROOT);
        out.format("<testsuites name=\"proa drill\" time=\"%.3f\">%n", run.header().seconds());
        run.drills().forEach(drill -> suite(out, drill));
        return xml.append("</testsuites>\n").toString();
    }

    private static void suite(Formatter out, DrillFacts drill) {
        List<Finding> cases = new ArrayList<>(drill.invariants());
        if (drill.isWorseThanItsFindings()) {
            cases.add(new Finding("drill", drill.summary(), drill.verdict(), -1, "", drill.why()));
        }
        out.format(
                "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\""
                        + " time=\"%.3f\">%n",
                Markup.escape(drill.drill()),
                cases.size(),
                count(cases, Verdict.FAIL),
                count(cases, Verdict.UNKNOWN) + count(cases, Verdict.ABORTED),
                count(cases, Verdict.NOT_APPLICABLE),
                drill.seconds());
        out.format(
                "<properties><property name=\"session-operations-judged\" value=\"%d\"/>"
                        + "<property name=\"session-reads-excepted\" value=\"%d\"/></properties>%n",
                drill.shared().operations(), drill.shared().excused());
        cases.forEach(finding -> one(out, drill, finding));
        out.format("</testsuite>%n");
    }

    private static long count(List<Finding> findings, Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }

    private static void one(Formatter out, DrillFacts drill, Finding finding) {
        out.format(
                "<testcase classname=\"%s\" name=\"%s\">",
                Markup.escape(drill.drill()), Markup.escape(finding.id() + " " + finding.what()));
        String message = Markup.escape((Markup.value(finding) + " " + finding.why()).strip());
        switch (finding.verdict()) {
            case PASS -> {}
            case FAIL -> out.format("<failure message=\"%s\"/>", message);
            case UNKNOWN, ABORTED -> out.format("<error message=\"%s\"/>", message);
            case NOT_APPLICABLE -> out.format("<skipped message=\"%s\"/>", message);
        }
        out.format("</testcase>%n");
    }
}
