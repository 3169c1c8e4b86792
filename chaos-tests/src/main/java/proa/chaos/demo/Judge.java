package proa.chaos.demo;

import proa.chaos.demo.Facts.Kill;
import proa.chaos.demo.Facts.RateLimit;
import proa.chaos.demo.Facts.Requests;
import proa.chaos.demo.Facts.Sessions;
import proa.chaos.demo.Facts.Sticky;
import proa.chaos.demo.Facts.Verdict;
import proa.chaos.load.LoadReport.Writer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What has to hold for a demo to pass. Pure. */
final class Judge {

    /** The longest time without an answer after a kill. */
    static final double GAP_MILLIS_MAX = 150;

    /** One ARP request answered by both is the resolution of the measurement. */
    static final double OVERLAP_MILLIS_MAX = 5;

    /** Replication takes up to 12 ms; at 40 offered a second that admits less than one too many. */
    static final int LIMIT_SLACK = 3;

    /** Fewer than these prove nothing. */
    static final int SESSIONS_MIN = 1_000;

    private Judge() {}

    static List<Verdict> verdicts(
            List<Kill> kills,
            Requests requests,
            Sessions sessions,
            Sticky sticky,
            RateLimit rateLimit,
            List<Writer> survivors) {
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(answersAgain(kills));
        verdicts.add(oneOwner(kills));
        verdicts.add(
                new Verdict(
                        "requests failed are no more than those in flight at the kill",
                        kills.stream().allMatch(kill -> kill.failed() <= kill.inFlight())
                                && requests.moved() == 0,
                        requests.failed()
                                + " failed, "
                                + requests.inFlight()
                                + " in flight, "
                                + requests.moved()
                                + " cookies not honoured"));
        verdicts.add(
                new Verdict(
                        "every acknowledged session is readable through every survivor",
                        sessions.before() >= SESSIONS_MIN
                                && sessions.lost() == 0
                                && !sessions.readBack().isEmpty(),
                        sessions.lost() + " of " + sessions.acknowledged() + " lost"));
        verdicts.add(writesWait(survivors));
        verdicts.add(
                new Verdict(
                        "every sticky client keeps its server through every survivor",
                        sticky.before() >= SESSIONS_MIN && sticky.moved() == 0,
                        sticky.moved() + " of " + sticky.before() + " moved"));
        verdicts.add(
                new Verdict(
                        "the rate limit is the cluster's",
                        rateLimit.admitted() <= rateLimit.limit() + LIMIT_SLACK
                                && rateLimit.admitted() >= rateLimit.limit() / 2
                                && rateLimit.denied() > 0,
                        rateLimit.admitted()
                                + " admitted in a window, limit "
                                + rateLimit.limit()));
        return verdicts;
    }

    private static Verdict answersAgain(List<Kill> kills) {
        double longest = kills.stream().mapToDouble(Kill::gapMillis).max().orElse(0);
        boolean over = kills.stream().allMatch(Kill::over);
        return new Verdict(
                "the address answers again within 150 ms",
                !kills.isEmpty() && over && longest <= GAP_MILLIS_MAX,
                over ? String.format(Locale.ROOT, "%.1f ms", longest) : "it did not answer again");
    }

    private static Verdict oneOwner(List<Kill> kills) {
        double overlap = kills.stream().mapToDouble(Kill::overlapMillis).max().orElse(0);
        boolean moved =
                kills.stream()
                        .allMatch(
                                kill ->
                                        !kill.after().isEmpty()
                                                && !kill.after().equals(kill.before()));
        return new Verdict(
                "the address has one owner, a new one",
                moved && overlap <= OVERLAP_MILLIS_MAX,
                (moved ? "it moved" : "it did not move")
                        + (overlap < 0
                                ? ", overlap not asked"
                                : String.format(Locale.ROOT, ", two owners for %.0f ms", overlap)));
    }

    private static Verdict writesWait(List<Writer> survivors) {
        long errors = survivors.stream().mapToLong(Writer::errors).sum();
        long gaveUp = survivors.stream().mapToLong(Writer::gaveUp).sum();
        String last =
                survivors.stream()
                        .filter(writer -> writer.errors() > 0)
                        .map(writer -> ": " + writer.lastError())
                        .findFirst()
                        .orElse("");
        return new Verdict(
                "session writes through survivors wait, they do not fail",
                !survivors.isEmpty() && errors == 0 && gaveUp == 0,
                errors + " errors" + last);
    }
}
