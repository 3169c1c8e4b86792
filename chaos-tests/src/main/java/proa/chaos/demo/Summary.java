package proa.chaos.demo;

import proa.chaos.demo.Facts.Kill;
import proa.chaos.demo.Facts.Verdict;
import proa.chaos.load.LoadReport;
import proa.chaos.load.LoadReport.ReadBack;
import proa.chaos.load.LoadReport.RequestFact;
import proa.chaos.report.Console;

import java.util.List;
import java.util.Locale;

/** The result as a person reads it. */
final class Summary {

    /** Lines of requests that were answered after all; those that failed are all printed. */
    private static final int IN_FLIGHT_MAX = 20;

    private final Console console;

    Summary(Console console) {
        this.console = console;
    }

    void print(Facts facts) {
        console.line("");
        row("without an answer", "%.1f ms, as a 1 ms prober saw it", facts.gapMillis());
        row("owner", "%s → %s", facts.owner().before(), facts.owner().after());
        row(
                "two owners",
                facts.overlapMillis() < 0 ? "not asked on loopback" : "%.0f ms by ARP each 5 ms",
                facts.overlapMillis());
        requests(facts);
        Facts.Sessions sessions = facts.sessions();
        row(
                "sessions",
                "%d before, %d acknowledged in all, %d lost; a write waited at most %.0f ms",
                sessions.before(),
                sessions.acknowledged(),
                sessions.lost(),
                sessions.waitMaxMillis());
        for (ReadBack read : sessions.readBack()) {
            row(
                    "  through " + read.node(),
                    "%d sessions, %d lost; %d sticky clients, %d moved",
                    read.sessions(),
                    read.lost(),
                    read.sticky(),
                    read.moved());
            read.examples().forEach(example -> row("", "  %s", example));
        }
        row("sticky", "%d before, %d moved", facts.sticky().before(), facts.sticky().moved());
        Facts.RateLimit limit = facts.rateLimit();
        row(
                "rate limit",
                "%d in 10 s over all nodes, at most %d admitted (%d offered in all)",
                limit.limit(),
                limit.admitted(),
                limit.offered());
        row(
                "long connection",
                facts.longEcho().ended() == 0
                        ? "did not end"
                        : "ended as proxied ones do: %s, %.0f ms after the kill",
                facts.longEcho().how(),
                facts.longEcho().endedMillis());
        if (facts.kills().size() > 1) {
            kills(facts.kills());
        }
        verdicts(facts);
    }

    private void requests(Facts facts) {
        Facts.Requests requests = facts.requests();
        row(
                "requests",
                "%d sent (%.0f a second), %d failed, %d in flight at the kill, %d sent again"
                        + " because an idle connection had died; slowest %.0f ms",
                requests.sent(),
                requests.perSecond(),
                requests.failed(),
                requests.inFlight(),
                requests.resent(),
                requests.slowestMillis());
        list("failed", requests.failures(), Integer.MAX_VALUE);
        long unlisted = facts.kills().stream().mapToLong(Kill::failed).sum();
        unlisted -= facts.kills().stream().mapToLong(Kill::listed).sum();
        if (unlisted > 0) {
            row(
                    "",
                    "… and %d more that are listed nowhere: of one kill at most %d are kept",
                    unlisted,
                    LoadReport.LISTED_MAX);
        }
        list("in flight", requests.inFlightAtKill(), IN_FLIGHT_MAX);
    }

    private void list(String what, List<RequestFact> facts, int linesMax) {
        facts.stream()
                .limit(linesMax)
                .forEach(
                        fact ->
                                row(
                                        "  " + what,
                                        "%s of %s on a %s connection, begun %+.1f ms, %.0f ms: %s",
                                        fact.request(),
                                        fact.client(),
                                        fact.connection(),
                                        fact.begunMillis(),
                                        fact.tookMillis(),
                                        fact.outcome()));
        if (facts.size() > linesMax) {
            row("", "… and %d more, all in --json", facts.size() - linesMax);
        }
    }

    private void kills(List<Kill> kills) {
        row(
                "kills",
                "%d: without an answer p50 %.1f ms, max %.1f ms",
                kills.size(),
                Judge.p50Millis(kills),
                kills.stream().mapToDouble(Kill::gapMillis).max().orElse(0));
        for (Kill kill : kills) {
            row(
                    "",
                    "%s → %s  %.1f ms, begun at %.0f ms (observer's own share at most %.1f;"
                            + " %.0f %% of the processors stolen), %d failed of %d",
                    kill.before(),
                    kill.after(),
                    kill.gapMillis(),
                    kill.beganMillis(),
                    kill.observerLateMillis(),
                    kill.stolen() * 100,
                    kill.failed(),
                    kill.inFlight());
        }
    }

    private void verdicts(Facts facts) {
        console.line("");
        for (Verdict verdict : facts.verdicts()) {
            console.line(
                    "  %s  %s: %s",
                    verdict.holds() ? "✓" : "✗ FAILED", verdict.what(), verdict.found());
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // one format is chosen at run time
    private void row(String name, String text, Object... values) {
        console.line("  %-18s %s", name, String.format(Locale.ROOT, text, values));
    }
}
