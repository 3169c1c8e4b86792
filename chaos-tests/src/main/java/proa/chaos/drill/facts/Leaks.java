package proa.chaos.drill.facts;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Whether processes hold more than before. Pure. */
public final class Leaks {

    /** Connections of clients that come and go while one counts. */
    private static final int DESCRIPTORS_SLACK = 128;

    /** Code is compiled and buffers are pooled for as long as a process lives. */
    private static final double MEGABYTES_SLACK = 64;

    private Leaks() {}

    /** Whether one of them holds more than before; idle connections of a pool are not for ever. */
    public static boolean holdMore(List<Use> uses) {
        return uses.stream()
                .anyMatch(
                        use ->
                                use.moreDescriptors() > DESCRIPTORS_SLACK
                                        || use.moreMegabytes() > MEGABYTES_SLACK);
    }

    /** Whoever holds more than before, in words; empty without any. */
    public static String holdsMost(List<Use> uses) {
        return uses.stream()
                .filter(use -> holdMore(List.of(use)))
                .map(
                        use ->
                                String.format(
                                        Locale.ROOT,
                                        "%s has %d descriptors and %.0f MB%s more",
                                        use.process(),
                                        use.moreDescriptors(),
                                        use.moreMegabytes(),
                                        use.exact() ? "" : " with garbage"))
                .collect(Collectors.joining(", "));
    }

    static Finding judged(Evidence evidence) {
        String what = "descriptors and memory return to their baseline";
        List<String> unmeasured = evidence.unmeasured();
        if (evidence.uses().isEmpty() && unmeasured.isEmpty()) {
            return Judge.none("I12", what, "no process lived through the whole drill");
        }
        int most = 0;
        double megabytes = 0;
        boolean exact = true;
        for (Use use : evidence.uses()) {
            most = Math.max(most, use.moreDescriptors());
            megabytes = Math.max(megabytes, use.moreMegabytes());
            exact &= use.exact() || use.moreMegabytes() <= MEGABYTES_SLACK;
        }
        boolean more = megabytes > MEGABYTES_SLACK;
        Verdict verdict =
                most > DESCRIPTORS_SLACK || (more && exact)
                        ? Verdict.FAIL
                        : more || !unmeasured.isEmpty() ? Verdict.UNKNOWN : Verdict.PASS;
        return new Finding(
                "I12",
                what,
                verdict,
                most,
                "descriptors",
                String.format(
                        Locale.ROOT,
                        "more, at most %d; %.0f MB more, at most %.0f%s%s",
                        DESCRIPTORS_SLACK,
                        megabytes,
                        MEGABYTES_SLACK,
                        more && !exact ? ", which may be garbage on a heap" : "",
                        unmeasured.isEmpty()
                                ? ""
                                : "; could not be looked at: " + String.join(", ", unmeasured)));
    }
}
