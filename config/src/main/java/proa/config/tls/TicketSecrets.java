package proa.config.tls;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The secrets that the keys of session tickets are computed from, where no file says which: the
 * oldest one makes tickets; the others, which other members had before they met, only open those
 * that were made by them. Immutable, and never told as text.
 *
 * <p>Merging is commutative, associative and idempotent, so that members who have heard of each
 * other make tickets by the same one, whoever met whom first. The oldest wins because it has made
 * the most: who joins a running cluster brings the youngest. A secret that has lost is remembered
 * for {@link #KEPT}, {@link #LOST_MAX} of them, first those that were in use for the longest.
 */
public final class TicketSecrets {

    /** So many that have lost are remembered: splits and joins of nodes that were alone. */
    public static final int LOST_MAX = 8;

    /** As long as two of the longest periods: no ticket of a lost one counts after that. */
    public static final Duration KEPT = Duration.ofDays(14);

    private static final int ITEM_BYTES = 2 * Long.BYTES + TicketSecret.BYTES;
    private static final long MILLIS_MAX = 253_402_300_799_999L; // the end of the year 9999
    private static final long NOT_LOST = -1;

    /** Each with the time when it lost, the oldest first. */
    private final SortedMap<Secret, Long> lost;

    private TicketSecrets(SortedMap<Secret, Long> lost) {
        this.lost = lost;
    }

    /** One secret, and when it was made: the order of secrets. */
    private record Secret(long madeMillis, String hex) implements Comparable<Secret> {
        @Override
        public int compareTo(Secret other) {
            return Comparator.comparingLong(Secret::madeMillis)
                    .thenComparing(Secret::hex)
                    .compare(this, other);
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        @Override
        public String toString() {
            return "a secret made at " + Instant.ofEpochMilli(madeMillis);
        }
    }

    /** A new one, made now, of a node that knows of no other. */
    public static TicketSecrets random(SecureRandom random, Instant now) {
        return only(TicketSecret.random(random), now);
    }

    /**
     * A given one and no other.
     *
     * @param secret {@link TicketSecret#BYTES}
     */
    public static TicketSecrets only(byte[] secret, Instant made) {
        SortedMap<Secret, Long> only = new TreeMap<>();
        only.put(
                new Secret(
                        Math.clamp(made.toEpochMilli(), 0, MILLIS_MAX),
                        HexFormat.of().formatHex(secret)),
                NOT_LOST);
        return new TicketSecrets(only);
    }

    /**
     * What both know. A secret that makes tickets on one side and is not the oldest of all loses
     * now.
     */
    public TicketSecrets merge(TicketSecrets other, Instant now) {
        SortedMap<Secret, Long> all = new TreeMap<>(lost);
        other.lost.forEach((secret, at) -> all.merge(secret, at, Math::max));
        SortedMap<Secret, Long> kept = new TreeMap<>();
        Secret oldest = all.firstKey();
        all.remove(oldest);
        long nowMillis = now.toEpochMilli();
        all.replaceAll((_, at) -> at == NOT_LOST ? nowMillis : at);
        all.entrySet().stream()
                .filter(each -> Math.abs(nowMillis - each.getValue()) < KEPT.toMillis())
                .sorted(
                        Comparator.comparingLong(TicketSecrets::usedMillis)
                                .reversed()
                                .thenComparing(Map.Entry::getKey))
                .limit(LOST_MAX)
                .forEach(each -> kept.put(each.getKey(), each.getValue()));
        kept.put(oldest, NOT_LOST);
        return new TicketSecrets(kept);
    }

    private static long usedMillis(Map.Entry<Secret, Long> each) {
        return each.getValue() - each.getKey().madeMillis();
    }

    /** Whether both make tickets by the same secret. */
    public boolean makesAs(TicketSecrets other) {
        return lost.firstKey().equals(other.lost.firstKey());
    }

    /**
     * The keys to use at a time: the first makes tickets, the others are only understood.
     *
     * @param purpose keys of different purposes have nothing in common
     * @param rotate length of a period, whole seconds; what a lost secret made is understood for
     *     two of them after it lost
     */
    public List<TicketKey> keys(String purpose, Instant now, Duration rotate) {
        List<TicketKey> keys = new ArrayList<>();
        lost.forEach(
                (secret, at) -> {
                    if (at == NOT_LOST
                            || now.toEpochMilli() - at < rotate.multipliedBy(2).toMillis()) {
                        keys.addAll(TicketKey.at(secret.bytes(), purpose, now, rotate));
                    }
                });
        return keys;
    }

    /** For other members, who are who they say and alone can read it. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(lost.size() * ITEM_BYTES);
        lost.forEach(
                (secret, at) -> bytes.putLong(secret.madeMillis()).putLong(at).put(secret.bytes()));
        return bytes.array();
    }

    /**
     * What such bytes say.
     *
     * @throws IllegalArgumentException when they are none, without what was in them
     */
    public static TicketSecrets of(byte[] bytes) {
        int items = bytes.length / ITEM_BYTES;
        if (items == 0 || items > 1 + LOST_MAX || bytes.length % ITEM_BYTES != 0) {
            throw new IllegalArgumentException("not the secrets of session tickets");
        }
        ByteBuffer all = ByteBuffer.wrap(bytes);
        SortedMap<Secret, Long> lost = new TreeMap<>();
        while (all.hasRemaining()) {
            long made = all.getLong();
            long at = all.getLong();
            byte[] secret = new byte[TicketSecret.BYTES];
            all.get(secret);
            if (made < 0 || made > MILLIS_MAX || at < NOT_LOST || at > MILLIS_MAX) {
                throw new IllegalArgumentException("not a time of a secret of session tickets");
            }
            lost.put(new Secret(made, HexFormat.of().formatHex(secret)), at);
        }
        lost.replace(lost.firstKey(), NOT_LOST); // the oldest wins, whatever was said
        return new TicketSecrets(lost);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TicketSecrets same && lost.equals(same.lost);
    }

    @Override
    public int hashCode() {
        return lost.hashCode();
    }

    @Override
    public String toString() {
        return lost.size() + " secrets of session tickets";
    }
}
