package proa.node.overrides;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The last thing that was asked of each server, what was taken back included: last-write-wins
 * registers, whose merge is commutative, associative and idempotent. An override whose time is over
 * counts as taken back at that moment on every node, with nothing to be said about it, and so does
 * a part of one. Immutable.
 *
 * <p>What was taken back is remembered so that a member that was away does not bring it back:
 * {@link #TAKEN_BACK_MAX} of them for {@link #TAKEN_BACK_KEPT}. Who was away for longer may.
 */
public final class Registers {

    /** Servers that are not as the file says; more are refused. */
    public static final int ASKED_MAX = 4_096;

    /** So many that were taken back last are remembered. */
    public static final int TAKEN_BACK_MAX = 1_024;

    /** As long as the longest time that something can be asked for. */
    public static final Duration TAKEN_BACK_KEPT = Duration.ofDays(30);

    /** Nothing was asked. */
    public static final Registers EMPTY = new Registers(new TreeMap<>());

    private final SortedMap<ServerOverride.Name, ServerOverride> latest;

    private Registers(SortedMap<ServerOverride.Name, ServerOverride> latest) {
        this.latest = latest;
    }

    /** Those; of two of one server the later one. */
    public static Registers of(Collection<ServerOverride> overrides) {
        SortedMap<ServerOverride.Name, ServerOverride> latest = new TreeMap<>();
        overrides.forEach(each -> enter(latest, each));
        return new Registers(latest);
    }

    private static void enter(
            Map<ServerOverride.Name, ServerOverride> latest, ServerOverride override) {
        if (override.winsOver(latest.get(override.of()))) {
            latest.put(override.of(), override);
        }
    }

    /** With that one, if it is the latest of its server. */
    public Registers with(ServerOverride override) {
        return merge(of(List.of(override)));
    }

    /** The later one of each server. */
    public Registers merge(Registers other) {
        SortedMap<ServerOverride.Name, ServerOverride> merged = new TreeMap<>(latest);
        other.latest.values().forEach(each -> enter(merged, each));
        return new Registers(merged);
    }

    /** Without those servers. */
    public Registers without(Collection<ServerOverride.Name> names) {
        SortedMap<ServerOverride.Name, ServerOverride> rest = new TreeMap<>(latest);
        rest.keySet().removeAll(names);
        return new Registers(rest);
    }

    /** Within the limits: the newest of both kinds, and nothing that was taken back long ago. */
    public Registers trimmed(Instant now) {
        Instant oldest = now.minus(TAKEN_BACK_KEPT);
        Map<Boolean, List<ServerOverride>> byKind =
                latest.values().stream().collect(Collectors.partitioningBy(e -> e.asks(now)));
        Stream<ServerOverride> back =
                byKind.getOrDefault(false, List.of()).stream()
                        .filter(each -> each.settledAt().isAfter(oldest));
        Stream<ServerOverride> asked = byKind.getOrDefault(true, List.of()).stream();
        return of(Stream.concat(newest(asked, ASKED_MAX), newest(back, TAKEN_BACK_MAX)).toList());
    }

    private static Stream<ServerOverride> newest(Stream<ServerOverride> some, int most) {
        return some.sorted(
                        Comparator.comparing(ServerOverride::since)
                                .reversed()
                                .thenComparing(ServerOverride::of))
                .limit(most);
    }

    /** Whether one more server may be other than the file says. */
    public boolean takes(ServerOverride override, Instant now) {
        return !override.asks(now)
                || asked(override.of(), now)
                || latest.values().stream().filter(each -> each.asks(now)).count() < ASKED_MAX;
    }

    private boolean asked(ServerOverride.Name name, Instant now) {
        return of(name).filter(each -> each.asks(now)).isPresent();
    }

    /** The latest of that server. */
    public Optional<ServerOverride> of(ServerOverride.Name name) {
        return Optional.ofNullable(latest.get(name));
    }

    /** All, those that were taken back included, in the order of their names. */
    public List<ServerOverride> all() {
        return List.copyOf(latest.values());
    }

    /**
     * When something is asked now: not before anything this node has heard of, whatever its clock
     * says, and so the latest. A hybrid logical clock (Kulkarni et al., "Logical Physical Clocks",
     * 2014) whose counter is in the milliseconds: people do not ask that often.
     */
    public Instant next(Instant now) {
        Instant after =
                latest.values().stream()
                        .map(ServerOverride::since)
                        .max(Comparator.naturalOrder())
                        .map(newest -> newest.plusMillis(1))
                        .filter(next -> next.isAfter(now))
                        .orElse(now);
        return after.isAfter(ServerOverride.SINCE_MAX) ? ServerOverride.SINCE_MAX : after;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Registers same && latest.equals(same.latest);
    }

    @Override
    public int hashCode() {
        return latest.hashCode();
    }

    @Override
    public String toString() {
        return latest.values().toString();
    }
}
