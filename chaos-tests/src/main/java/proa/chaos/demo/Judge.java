package proa.chaos.demo;

import proa.chaos.demo.Facts.Kill;
import proa.chaos.demo.Facts.RateLimit;
import proa.chaos.demo.Facts.Requests;
import proa.chaos.demo.Facts.Sessions;
import proa.chaos.demo.Facts.Sticky;
import proa.chaos.demo.Facts.Verdict;
import proa.chaos.load.LoadReport.ReadBack;
import proa.chaos.load.LoadReport.Writer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

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

    /** Likewise. */
    static final int STICKY_MIN = 1_000;

    /** From so many kills on, half of them have to be over within {@value #P50_MILLIS_MAX} ms. */
    static final int P50_KILLS_MIN = 10;

    static final double P50_MILLIS_MAX = 25;

    private Judge() {}

    /**
     * Everything that had to hold.
     *
     * @param writers through nodes that lived, after each kill
     * @param survivors of the last kill: through each of them everything is read back
     */
    static List<Verdict> verdicts(
            List<Kill> kills,
            Requests requests,
            Sessions sessions,
            Sticky sticky,
            RateLimit rateLimit,
            List<Writer> writers,
            List<String> survivors) {
        List<Verdict> verdicts = new ArrayList<>();
        verdicts.add(answersAgain(kills));
        if (kills.size() >= P50_KILLS_MIN) {
            verdicts.add(answersSoon(kills));
        }
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
        verdicts.add(failedOnesAreKnown(kills));
        verdicts.add(
                new Verdict(
                        "every acknowledged session is readable through every survivor",
                        sessions.before() >= SESSIONS_MIN
                                && sessions.lost() == 0
                                && readThroughEach(
                                        survivors, sessions, ReadBack::sessions, SESSIONS_MIN),
                        sessions.lost()
                                + " of "
                                + sessions.acknowledged()
                                + " lost"
                                + through(sessions)));
        verdicts.add(writesWait(writers));
        verdicts.add(
                new Verdict(
                        "every sticky client keeps its server through every survivor",
                        sticky.before() >= STICKY_MIN
                                && sticky.moved() == 0
                                && readThroughEach(
                                        survivors, sessions, ReadBack::sticky, STICKY_MIN),
                        sticky.moved() + " of " + sticky.before() + " moved" + through(sessions)));
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

    private static Verdict answersSoon(List<Kill> kills) {
        double p50 = p50Millis(kills);
        return new Verdict(
                "of ten kills or more half are over within 25 ms",
                p50 <= P50_MILLIS_MAX,
                String.format(Locale.ROOT, "p50 %.1f ms", p50));
    }

    /** The gap that half of the kills did not exceed; 0 without kills. */
    static double p50Millis(List<Kill> kills) {
        return kills.stream()
                .mapToDouble(Kill::gapMillis)
                .sorted()
                .skip(Math.max(0, (kills.size() - 1) / 2))
                .findFirst()
                .orElse(0);
    }

    private static Verdict failedOnesAreKnown(List<Kill> kills) {
        long failed = kills.stream().mapToLong(Kill::failed).sum();
        long listed = kills.stream().mapToLong(Kill::listed).sum();
        long late = kills.stream().mapToLong(Kill::failedAfterAnswer).sum();
        return new Verdict(
                "each failed request is listed, and none began after the address answered again",
                listed >= failed && late == 0,
                Math.max(0, failed - listed) + " not listed, " + late + " began later");
    }

    private static boolean readThroughEach(
            List<String> survivors, Sessions sessions, ToIntFunction<ReadBack> count, int least) {
        return !survivors.isEmpty()
                && sessions.readBack().size() == survivors.size()
                && sessions.readBack().stream().allMatch(read -> count.applyAsInt(read) >= least)
                && sessions.readBack().stream()
                        .map(ReadBack::node)
                        .collect(Collectors.toSet())
                        .equals(Set.copyOf(survivors));
    }

    private static String through(Sessions sessions) {
        return sessions.readBack().stream()
                .map(ReadBack::node)
                .collect(Collectors.joining(" and ", ", read back through ", ""));
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

    private static Verdict writesWait(List<Writer> writers) {
        long errors = writers.stream().mapToLong(Writer::errors).sum();
        long gaveUp = writers.stream().mapToLong(Writer::gaveUp).sum();
        String last =
                writers.stream()
                        .filter(writer -> writer.errors() > 0)
                        .map(writer -> ": " + writer.lastError())
                        .findFirst()
                        .orElse("");
        return new Verdict(
                "session writes through survivors wait, they do not fail",
                !writers.isEmpty() && errors == 0 && gaveUp == 0,
                errors + " errors" + last);
    }
}
