package proa.cluster.engine;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
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

    /** A member in sight that has not come back by then is waited for no longer. */
    static final long WAITED_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** So many engines, this one included, have every value without the others. */
    private static final int ENOUGH = EngineConfig.MAJORITY;

    private final Map<String, Long> lives = new HashMap<>();
    private final Map<String, EngineWord> words = new HashMap<>();
    private final Map<String, Absence> absences = new HashMap<>();
    private Map<String, UUID> engines = Map.of();
    private volatile boolean any;

    private static final class Absence {
        private final long life;
        private boolean matters;
        private long waitedForNanos;
        private boolean waitedFor;

        private Absence(long life, boolean matters) {
            this.life = life;
            this.matters = matters;
        }

        /** Whether it has been in sight, and apart, for too long. */
        private boolean outlasts(long nowNanos) {
            if (!waitedFor) {
                waitedFor = true;
                waitedForNanos = nowNanos;
            }
            return nowNanos - waitedForNanos > WAITED_NANOS;
        }
    }

    /** Members in sight; what the others have said may not hold any more. */
    synchronized void inSight(Collection<String> nodes) {
        words.keySet().retainAll(nodes);
    }

    /** A member has told of its engine. */
    synchronized void said(String node, EngineWord word) {
        lives.put(node, word.life());
        words.put(node, word);
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
        if (now.size() + 1 < ENOUGH) {
            absences.values().forEach(absence -> absence.matters = true);
        } else {
            absences.entrySet()
                    .removeIf(
                            absence ->
                                    !absence.getValue().matters
                                            && now.containsKey(absence.getKey()));
        }
        any = !absences.isEmpty();
    }

    /** Whether what is not found may be with a member that has yet to bring it. */
    boolean doubtful(long nowNanos) {
        return any && looked(nowNanos);
    }

    private synchronized boolean looked(long nowNanos) {
        boolean doubtful = false;
        Iterator<Map.Entry<String, Absence>> each = absences.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Absence> next = each.next();
            Absence absence = next.getValue();
            EngineWord word = words.get(next.getKey());
            if (word == null) {
                absence.waitedFor = false; // out of sight: nobody knows when it is back
            } else if (isOver(absence, word, engines.get(next.getKey()))
                    || (absence.matters && absence.outlasts(nowNanos))) {
                each.remove();
            } else {
                doubtful |= absence.matters && word.engine() != null;
            }
        }
        any = !absences.isEmpty();
        return doubtful;
    }

    /** A new life has nothing of the old one; and who is back, and brings nothing, has brought. */
    private static boolean isOver(Absence absence, EngineWord word, @Nullable UUID engine) {
        return word.life() != absence.life
                || (engine != null && engine.equals(word.engine()) && !word.brings());
    }
}
