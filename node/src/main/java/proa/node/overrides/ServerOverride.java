package proa.node.overrides;

import org.jspecify.annotations.Nullable;

import proa.node.balance.Order;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an operator asked of a server beyond the file. One that asks for nothing takes back what was
 * asked before.
 *
 * @param order what to do with it
 * @param weight its weight, 0 to 256; empty: that of the file
 * @param fileWeight the file's weight when this one was given; while the file says another, it wins
 * @param by who asked
 * @param node where; empty: in a file of before nodes told each other
 * @param since when, by a clock that is later than everything its node had heard of; to the
 *     millisecond, at most {@link #SINCE_MAX}
 * @param until when the order ends by itself; empty: never
 * @param weightUntil when the weight does, which may have been asked for at another time; where
 *     only one of the two is asked for, both are its end
 */
public record ServerOverride(
        Name of,
        Order order,
        Optional<Integer> weight,
        int fileWeight,
        String by,
        String node,
        Instant since,
        Optional<Instant> until,
        Optional<Instant> weightUntil) {

    /** The last instant whose year has four digits: a clock can still go on from there. */
    public static final Instant SINCE_MAX = Instant.parse("9999-12-31T23:59:59.999Z");

    /** Names of the file are shorter; operators' names come with where they logged in. */
    private static final int TEXT_MAX = 512;

    private static final int WEIGHT_MAX = 256;

    /** In which order two are worth more: by time, then by node, then by anything that differs. */
    private static final Comparator<ServerOverride> LATER =
            Comparator.comparing(ServerOverride::since)
                    .thenComparing(ServerOverride::node)
                    .thenComparing(ServerOverride::order)
                    .thenComparingInt(each -> each.weight.orElse(-1))
                    .thenComparingInt(ServerOverride::fileWeight)
                    .thenComparing(ServerOverride::by)
                    .thenComparing(each -> each.until.orElse(Instant.MAX))
                    .thenComparing(each -> each.weightUntil.orElse(Instant.MAX));

    /** A server of a backend. */
    public record Name(String backend, String server) implements Comparable<Name> {

        private static final Comparator<Name> ORDER =
                Comparator.comparing(Name::backend).thenComparing(Name::server);

        public Name {
            bounded("backend", backend);
            bounded("server", server);
        }

        @Override
        public int compareTo(Name other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return backend + "/" + server;
        }
    }

    public ServerOverride {
        bounded("operator", by);
        bounded("node", node);
        since = since.truncatedTo(ChronoUnit.MILLIS);
        if (since.isBefore(Instant.EPOCH) || since.isAfter(SINCE_MAX)) {
            throw new IllegalArgumentException(of + " is changed at " + since);
        }
        if (weight.filter(own -> own < 0 || own > WEIGHT_MAX).isPresent()) {
            throw new IllegalArgumentException(of + " has weight " + weight.get());
        }
        if (weight.isEmpty()) {
            weightUntil = until;
        } else if (order == Order.READY) {
            until = weightUntil;
        }
    }

    /** One whose order and weight end together. */
    public ServerOverride(
            Name of,
            Order order,
            Optional<Integer> weight,
            int fileWeight,
            String by,
            String node,
            Instant since,
            Optional<Instant> until) {
        this(of, order, weight, fileWeight, by, node, since, until, until);
    }

    private static void bounded(String what, String text) {
        if (text.length() > TEXT_MAX) {
            throw new IllegalArgumentException(
                    "the name of a " + what + " has " + text.length() + " characters");
        }
    }

    /** Whether it wins over another one of the same server, or over none. */
    boolean winsOver(@Nullable ServerOverride other) {
        return other == null || LATER.compare(this, other) > 0;
    }

    /**
     * What counts of it now; empty: nothing.
     *
     * @param configuredWeight what the file says
     */
    public Optional<ServerOverride> inForce(int configuredWeight, Instant now) {
        Order left = isPast(until, now) ? Order.READY : order;
        Optional<Integer> own =
                weight.filter(_ -> fileWeight == configuredWeight && !isPast(weightUntil, now));
        return left == Order.READY && own.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ServerOverride(
                                of, left, own, fileWeight, by, node, since, until, weightUntil));
    }

    private static boolean isPast(Optional<Instant> end, Instant now) {
        return end.isPresent() && !end.get().isAfter(now);
    }

    /** Whether it asks for anything, whatever the file says. */
    public boolean asks(Instant now) {
        return inForce(fileWeight, now).isPresent();
    }

    /** Whether its time is over. */
    public boolean isOver(Instant now) {
        return isPast(until, now) && isPast(weightUntil, now);
    }

    /** When a part of it ends by itself, which may be over. */
    public Stream<Instant> ends() {
        return Stream.of(until, weightUntil).flatMap(Optional::stream);
    }

    /** Since when it asks for nothing, if that is so; else since when it does. */
    Instant settledAt() {
        return Stream.concat(ends(), Stream.of(since)).max(Comparator.naturalOrder()).orElse(since);
    }

    /** In words. */
    public String text() {
        boolean together = until.equals(weightUntil);
        return order.name().toLowerCase(Locale.ROOT)
                + (together ? "" : text(until))
                + weight.map(own -> ", weight " + own + " instead of " + fileWeight).orElse("")
                + (together ? "" : text(weightUntil))
                + " by "
                + by
                + (node.isEmpty() ? "" : " on " + node)
                + (together ? text(until) : "");
    }

    private static String text(Optional<Instant> end) {
        return end.map(at -> " until " + at).orElse("");
    }
}
