package proa.chaos.drill.facts;

import proa.chaos.drill.facts.SharedSessions.Breach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Tells reads that break the store's promise from those for which it has an exception. Pure. */
final class SharedJudge {

    private static final int EXAMPLES_MAX = 10;
    private static final int SHOWN_MAX = 3;

    private final SharedSessions seen;
    private final List<Breach> broken = new ArrayList<>();
    private final List<Breach> excused = new ArrayList<>();
    private final Set<String> exceptions = new TreeSet<>();

    SharedJudge(SharedSessions seen, List<Separation> separations) {
        this.seen = seen;
        for (Breach breach : seen.breaches()) {
            Optional<Separation> excuse =
                    separations.stream().filter(each -> each.excuses(breach)).findFirst();
            excuse.ifPresent(each -> exceptions.add(each.what() + ": " + each.exception()));
            (excuse.isPresent() ? excused : broken).add(breach);
        }
    }

    int broken() {
        return broken.size();
    }

    /** Of these, those that were over by then. */
    int brokenBefore(double millis) {
        return (int) broken.stream().filter(each -> each.toMillis() < millis).count();
    }

    /** Whether something was not looked at. */
    boolean isDoubtful() {
        return seen.left() > 0
                || seen.guilty() > seen.breaches().size()
                || seen.reads() < Judge.SAMPLES_MIN;
    }

    SharedFacts facts() {
        return new SharedFacts(
                seen.operations(),
                seen.left(),
                broken.size(),
                excused.size(),
                List.copyOf(exceptions),
                Stream.concat(broken.stream(), excused.stream())
                        .limit(EXAMPLES_MAX)
                        .map(Breach::text)
                        .toList());
    }

    /** The same in words, and why something cannot be said. */
    String why() {
        StringBuilder why = new StringBuilder(facts().text());
        if (seen.guilty() > seen.breaches().size()) {
            why.append("; ")
                    .append(seen.guilty() - seen.breaches().size())
                    .append(" more reads that no order explains are not known one by one");
        }
        if (seen.reads() < Judge.SAMPLES_MIN) {
            why.append("; only ").append(seen.reads()).append(" reads");
        }
        broken.stream().limit(SHOWN_MAX).forEach(each -> why.append("; ").append(each.text()));
        return why.toString();
    }
}
