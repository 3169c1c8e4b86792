package proa.cluster.sessions;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a member that starts may bring in what its snapshot says. A snapshot does not know what
 * was removed after it was taken; the store remembers removals, but only for {@link
 * SessionValue#REMOVAL_MILLIS}. So a snapshot is brought in while every removal since is surely
 * remembered, and otherwise not at all: a session that somebody has left must not come back.
 *
 * <pre>
 *   the store has never ended since           | not needed: the others have everything
 *   the store began longer ago than that      | no: removals since may be forgotten
 *   another member's snapshot of the same     | no: removals between the two may be
 *   life was taken so much later              |     forgotten
 *   else                                      | yes
 * </pre>
 */
public final class RestoreRule {

    /** Clocks of members differ, and removals take time. */
    private static final long MARGIN_MILLIS = 5 * 60_000;

    private static final long REMEMBERED_MILLIS = SessionValue.REMOVAL_MILLIS - MARGIN_MILLIS;

    private RestoreRule() {}

    /** What to do with a snapshot. */
    public sealed interface Verdict {

        /** Bring it in. */
        record Restore() implements Verdict {}

        /** The store has gone on without this member. */
        record NotNeeded() implements Verdict {}

        /** It must not come back. */
        record Refused(String why) implements Verdict {}
    }

    /**
     * Judges a snapshot.
     *
     * @param cluster name of the cluster that it would come into
     * @param now the life of the store there
     * @param newestMillis when the newest snapshot of the same life was taken, on any member
     */
    public static Verdict judge(
            SnapshotHeader snapshot, String cluster, SessionStore.Life now, long newestMillis) {
        if (!snapshot.cluster().equals(cluster)) {
            return new Verdict.Refused("it is of the cluster " + snapshot.cluster());
        }
        if (snapshot.life().equals(now.id())) {
            return new Verdict.NotNeeded();
        }
        return tooLate(snapshot, now, newestMillis)
                .<Verdict>map(Verdict.Refused::new)
                .orElseGet(Verdict.Restore::new);
    }

    private static Optional<String> tooLate(
            SnapshotHeader snapshot, SessionStore.Life now, long newestMillis) {
        if (now.ageMillis() > REMEMBERED_MILLIS) {
            return Optional.of(
                    "the others have been running without it for "
                            + minutes(now.ageMillis())
                            + ", and removals are remembered for "
                            + minutes(REMEMBERED_MILLIS));
        }
        long olderMillis = newestMillis - snapshot.takenMillis();
        return olderMillis > REMEMBERED_MILLIS
                ? Optional.of(
                        "another member's is newer by "
                                + minutes(olderMillis)
                                + ", and removals are remembered for "
                                + minutes(REMEMBERED_MILLIS))
                : Optional.empty();
    }

    private static String minutes(long millis) {
        return Duration.ofMillis(millis).toMinutes() + " min";
    }
}
