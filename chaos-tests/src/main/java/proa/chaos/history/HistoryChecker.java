package proa.chaos.history;

import org.jspecify.annotations.Nullable;

import proa.chaos.history.Operation.Kind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Judges a history of registers: keys that hold one value or none, written with a value of its own
 * each time. What is not acknowledged may take place at any time from its start on, or not at all.
 *
 * <p>A read is explained by the write of its value; one that found nothing, by the beginning, a
 * removal or a write that has expired. An explanation does not hold when something else was
 * acknowledged after it was over and before the read began. A read without an explanation that
 * holds is guilty. Sound: whom it finds guilty is; complete for single keys up to the order of what
 * overlaps (a search for that order, as of Wing and Gong, "Testing and verifying concurrent
 * objects", 1993, would find more, at an exponential price).
 */
public final class HistoryChecker {

    private final Model model;
    private final long slackNanos;

    /** What a store promises. */
    public enum Model {
        /**
         * What is acknowledged is seen by every later read. While a write is under way one client
         * may see it and another one not yet.
         */
        ACKNOWLEDGED,
        /** Besides, nothing is unseen again once it has been seen. */
        ATOMIC
    }

    /**
     * @param slackNanos how far an expiry may be off: members' clocks differ
     */
    public HistoryChecker(Model model, long slackNanos) {
        this.model = model;
        this.slackNanos = slackNanos;
    }

    /**
     * Judges operations of any number of keys and clients, in any order.
     *
     * @return what is guilty, by key in the order of their first operation, then by time
     * @throws IllegalArgumentException when a value was written twice under one key
     */
    public List<Guilt> check(List<Operation> history) {
        Map<String, List<Operation>> byKey = new LinkedHashMap<>();
        history.forEach(
                each -> byKey.computeIfAbsent(each.key(), _ -> new ArrayList<>()).add(each));
        List<Guilt> guilty = new ArrayList<>();
        byKey.values().forEach(each -> new Register(each).judge(guilty));
        return guilty;
    }

    /** One key. */
    private final class Register {
        private final Map<String, Operation> writes = new HashMap<>();

        /** Those that may explain why nothing is there. */
        private final List<Operation> ends = new ArrayList<>();

        private final List<Operation> reads = new ArrayList<>();

        /** Of what was acknowledged until then, the one that began last. */
        private final NavigableMap<Long, Operation> latest = new TreeMap<>();

        /** Of what had been seen until then, the write that began last. */
        private final NavigableMap<Long, Operation> seen = new TreeMap<>();

        Register(List<Operation> operations) {
            for (Operation each : operations) {
                switch (each.kind()) {
                    case READ -> reads.add(each);
                    case REMOVE -> ends.add(each);
                    case WRITE -> {
                        if (writes.put(each.value(), each) != null) {
                            throw new IllegalArgumentException("written twice: " + each);
                        }
                        if (each.lastsNanos() != Operation.NEVER) {
                            ends.add(each);
                        }
                    }
                }
            }
            operations.stream()
                    .filter(each -> each.kind() != Kind.READ && each.acknowledged())
                    .sorted(Comparator.comparingLong(Operation::endNanos))
                    .forEach(each -> note(latest, each.endNanos(), each));
            reads.sort(Comparator.comparingLong(Operation::endNanos));
            for (Operation read : reads) {
                Operation write = writes.get(read.value());
                if (write != null) {
                    note(seen, read.endNanos(), write);
                }
            }
        }

        /** Keeps what began last; to be called in the order of time. */
        private static void note(NavigableMap<Long, Operation> of, long nanos, Operation change) {
            Map.Entry<Long, Operation> before = of.lastEntry();
            boolean later = before == null || before.getValue().startNanos() <= change.startNanos();
            of.put(nanos, later ? change : before.getValue());
        }

        private static @Nullable Operation before(
                NavigableMap<Long, Operation> of, long startNanos) {
            Map.Entry<Long, Operation> entry = of.lowerEntry(startNanos);
            return entry == null ? null : entry.getValue();
        }

        void judge(List<Guilt> guilty) {
            for (Operation read : reads) {
                Guilt found = read.value().isEmpty() ? judgeNothing(read) : judgeValue(read);
                if (found != null) {
                    guilty.add(found);
                }
            }
        }

        private @Nullable Guilt judgeNothing(Operation read) {
            Operation newer = before(latest, read.startNanos());
            if (newer == null) {
                return null;
            }
            boolean explained =
                    ends.stream().anyMatch(end -> mayHaveEnded(end, read) && holds(end, newer));
            return explained ? null : new Guilt(Guilt.Kind.LOST_WRITE, read, newer);
        }

        /** A removal from its start on; a write when its time may be over. */
        private boolean mayHaveEnded(Operation end, Operation read) {
            long since = read.endNanos() - end.startNanos();
            return end.kind() == Kind.REMOVE
                    ? since > 0
                    : since >= Math.max(0, end.lastsNanos() - slackNanos);
        }

        /** Whether a change is not surely over before what was acknowledged last began. */
        private static boolean holds(Operation change, Operation newer) {
            return change.equals(newer) || !change.surelyBefore(newer.startNanos());
        }

        private @Nullable Guilt judgeValue(Operation read) {
            Operation write = writes.get(read.value());
            if (write == null || write.startNanos() > read.endNanos()) {
                return new Guilt(Guilt.Kind.INVENTED, read, read);
            }
            Operation newer = before(latest, read.startNanos());
            if (newer != null && !holds(write, newer)) {
                boolean removed = newer.kind() == Kind.REMOVE;
                Guilt.Kind kind = removed ? Guilt.Kind.RESURRECTED : Guilt.Kind.STALE_READ;
                return new Guilt(kind, read, newer);
            }
            if (write.acknowledged()
                    && write.lastsNanos() != Operation.NEVER
                    && read.startNanos() - write.endNanos() > write.lastsNanos() + slackNanos) {
                return new Guilt(Guilt.Kind.EXPIRED, read, write);
            }
            Operation known = before(seen, read.startNanos());
            return model == Model.ATOMIC && known != null && !holds(write, known)
                    ? new Guilt(Guilt.Kind.WENT_BACK, read, known)
                    : null;
        }
    }
}
