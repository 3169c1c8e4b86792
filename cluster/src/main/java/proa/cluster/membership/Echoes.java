package proa.cluster.membership;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which members do not hear this node although they may be heard: a filter, a switch or a broken
 * fibre can cut one direction alone. Heartbeats do not show it, for those of the deaf member go on
 * arriving until its machine has no more room for what nobody confirms.
 *
 * <p>Every beat says of each other member which of its beats was heard last. A member that has
 * heard none of this node's for the patience is deaf. One that has never said anything, because it
 * is of an older version, is not judged, and none by what it heard before it came into sight: beats
 * go to members alone, so whoever returns has missed those of the time between. Not thread-safe.
 */
public final class Echoes {

    /** Beats whose time is remembered: more than fit into any patience. */
    private static final int BEATS_KEPT = 64;

    /** Pauses between beats after which this node was stopped itself, and judges nobody. */
    private static final int STALLED_INTERVALS = 3;

    private final int self;
    private final long incarnation;
    private final long patienceNanos;
    private final long intervalNanos;

    /** When each of the last beats was made, by its number. */
    private final long[] madeAt = new long[BEATS_KEPT];

    private long number;

    /** The beat that was last when each member in sight came into it. */
    private final Map<Integer, Long> sightedAt = new HashMap<>();

    /** What was heard last of each member in sight. */
    private final Map<Integer, Heard> heard = new HashMap<>();

    /** When the beat was made that each member has heard last. */
    private final Map<Integer, Long> echoed = new HashMap<>();

    /**
     * The latest beat of a member that somebody has heard.
     *
     * @param incarnation of the member
     * @param number of the beat
     */
    public record Heard(long incarnation, long number) {}

    /**
     * What a member says every interval.
     *
     * @param incarnation the member's life
     * @param number counts up in each life, from 1
     * @param heard by node id, what it heard last of the others
     */
    public record Beat(long incarnation, long number, Map<Integer, Heard> heard) {
        public Beat {
            heard = Map.copyOf(heard);
        }
    }

    /**
     * @param self this node's id
     * @param incarnation this node's life
     * @param patienceNanos a member that has heard nothing for this long is deaf
     * @param intervalNanos between two beats; {@value #BEATS_KEPT} of them are longer than the
     *     patience
     */
    public Echoes(int self, long incarnation, long patienceNanos, long intervalNanos) {
        this.self = self;
        this.incarnation = incarnation;
        this.patienceNanos = patienceNanos;
        this.intervalNanos = intervalNanos;
    }

    /** The next beat, for all members in sight. */
    public Beat next(long nowNanos) {
        if (number > 0 && nowNanos - madeAt(number) > STALLED_INTERVALS * intervalNanos) {
            echoed.replaceAll((_, _) -> nowNanos);
        }
        number++;
        madeAt[(int) (number % BEATS_KEPT)] = nowNanos;
        return new Beat(incarnation, number, heard);
    }

    /** These nodes are in sight now, without this one. */
    public void members(Set<Integer> others) {
        sightedAt.keySet().retainAll(others);
        heard.keySet().retainAll(others);
        echoed.keySet().retainAll(others);
        others.forEach(node -> sightedAt.putIfAbsent(node, number));
    }

    /** Somebody has spoken; beats may overtake each other, and who is out of sight is not heard. */
    public void heard(int from, Beat beat) {
        Long sighted = sightedAt.get(from);
        if (sighted == null) {
            return;
        }
        Heard known = heard.get(from);
        if (known == null
                || beat.incarnation > known.incarnation
                || beat.incarnation == known.incarnation && beat.number > known.number) {
            heard.put(from, new Heard(beat.incarnation, beat.number));
        }
        Heard latest = beat.heard.get(self);
        if (latest != null && isRecent(latest)) {
            echoed.merge(from, madeAt(Math.max(latest.number, sighted)), Math::max);
        }
    }

    private boolean isRecent(Heard own) {
        return own.incarnation == incarnation
                && own.number > Math.max(0, number - BEATS_KEPT)
                && own.number <= number;
    }

    /**
     * The members that have not heard this node for the patience. Each is told once, and again
     * after another patience.
     */
    public Set<Integer> deaf(long nowNanos) {
        Set<Integer> deaf = new HashSet<>();
        echoed.forEach(
                (node, madeNanos) -> {
                    if (nowNanos - madeNanos > patienceNanos) {
                        deaf.add(node);
                    }
                });
        deaf.forEach(node -> echoed.put(node, nowNanos));
        return deaf;
    }

    private long madeAt(long beat) {
        return madeAt[(int) (beat % BEATS_KEPT)];
    }
}
