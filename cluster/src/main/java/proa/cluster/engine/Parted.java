package proa.cluster.engine;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Which members may have values that nobody else has: an engine lost them although their process
 * lives, and what they held alone has not been brought yet. As long as there is one, what is not
 * found may be there all the same. A member that only starts has nothing, and nobody waits for it.
 * Safe from any thread.
 */
final class Parted {

    /** A member that has not come back by then is waited for no longer. */
    static final long WAITED_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** So many engines, this one included, have every value without the others. */
    private static final int ENOUGH = EngineConfig.MAJORITY;

    private final boolean pair;
    private final Map<String, Long> lives = new HashMap<>();
    private final Map<String, EngineWord> words = new HashMap<>();
    private final Map<String, Absence> absences = new HashMap<>();
    private Map<String, UUID> engines = Map.of();
    private volatile boolean any;

    private static final class Absence {
        private final long life;
        private boolean matters;
        private boolean waitedFor;
        private long waitedForNanos;

        private Absence(long life, boolean matters) {
            this.life = life;
            this.matters = matters;
        }

        /** Whether it has been waited for too long. */
        private boolean outlasts(long nowNanos) {
            if (!waitedFor) {
                waitedFor = true;
                waitedForNanos = nowNanos;
            }
            return nowNanos - waitedForNanos > WAITED_NANOS;
        }
    }

    /**
     * @param pair whether there are two members at most: one out of sight is not waited for then,
     *     as both go on
     */
    Parted(boolean pair) {
        this.pair = pair;
    }

    /** Members in sight; what the others have said may not hold any more. */
    synchronized void inSight(Collection<String> nodes) {
        words.keySet().retainAll(nodes);
        any = any();
    }

    /**
     * A member has told of its engine; whether it is news that it lives. Who runs none and brings
     * nothing has handed over what it had.
     */
    synchronized boolean said(String node, EngineWord word) {
        if (hasNothing(word)) {
            lives.remove(node);
        } else {
            lives.put(node, word.life());
        }
        EngineWord before = words.put(node, word);
        any = any();
        return before == null || before.life() != word.life();
    }

    /**
     * The members that this one's engine has now, without itself; none when it has ended. What was
     * lost while enough others stayed matters only once they are too few; who was lost and came
     * back unseen may have been missed by those, too.
     */
    synchronized void has(Map<String, UUID> now) {
        if (now.equals(engines)) {
            return;
        }
        engines.forEach(
                (node, before) -> {
                    Long life = lives.get(node);
                    UUID after = now.get(node);
                    if (life != null && !before.equals(after)) {
                        absences.put(node, new Absence(life, after != null));
                    }
                });
        engines = Map.copyOf(now);
        if (isEnough()) {
            absences.entrySet()
                    .removeIf(each -> !each.getValue().matters && now.containsKey(each.getKey()));
        } else {
            absences.values().forEach(absence -> absence.matters = true);
        }
        any = any();
    }

    private boolean isEnough() {
        return engines.size() + 1 >= ENOUGH;
    }

    private boolean any() {
        return !absences.isEmpty() || words.values().stream().anyMatch(EngineWord::doubts);
    }

    /**
     * Whether what is not found may be with a member that has yet to bring it, as far as this
     * member knows or another one that it is together with.
     */
    boolean doubtful(long nowNanos) {
        return any && (own(nowNanos) || theirs());
    }

    private synchronized boolean theirs() {
        return words.values().stream()
                .filter(EngineWord::doubts)
                .map(EngineWord::engine)
                .anyMatch(engine -> engine != null && engines.containsValue(engine));
    }

    /** The same, as far as this member knows by itself. */
    synchronized boolean own(long nowNanos) {
        absences.entrySet().removeIf(each -> isOver(each.getKey(), each.getValue(), nowNanos));
        any = any();
        return absences.entrySet().stream()
                .anyMatch(each -> each.getValue().matters && mayHave(words.get(each.getKey())));
    }

    private boolean mayHave(@Nullable EngineWord word) {
        return word == null ? !pair : !hasNothing(word);
    }

    /** An engine that has failed to join others is followed by a new one, which brings. */
    private static boolean hasNothing(EngineWord word) {
        return word.engine() == null && !word.brings();
    }

    /** A new life has nothing of the old one; and who is back, and brings nothing, has brought. */
    private boolean isOver(String node, Absence absence, long nowNanos) {
        EngineWord word = words.get(node);
        boolean waits = pair ? word != null : isEnough();
        if (!waits) {
            absence.waitedFor = false; // nobody is answered, or nobody knows when it is back
            return false;
        }
        boolean over = word != null && (word.life() != absence.life || isBack(node, word));
        return over || (absence.matters && absence.outlasts(nowNanos));
    }

    private boolean isBack(String node, EngineWord word) {
        UUID engine = engines.get(node);
        return engine != null && engine.equals(word.engine()) && !word.brings();
    }
}
