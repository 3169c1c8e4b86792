package proa.cluster.replication;

import proa.cluster.tables.Origin;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What members say to each other about tables. */
sealed interface Message {

    /** Who made it. */
    Origin origin();

    /**
     * Changes made at one origin, numbered without gaps from 1.
     *
     * @param number which batch of the origin
     * @param madeNanos origin's time that the entries' ages count from
     * @param sentNanos origin's time when it was sent last, by the origin or by another member
     * @param waitedNanos how long the oldest change waited until the batch was made
     * @param wallMillis the origin's calendar time, to notice a clock that is far ahead
     */
    record Batch(
            Origin origin,
            long number,
            long madeNanos,
            long sentNanos,
            long waitedNanos,
            long wallMillis,
            List<Section> sections)
            implements Message {
        public Batch {
            sections = List.copyOf(sections);
        }
    }

    /**
     * How far a member has come.
     *
     * @param answer whether the receiver should say the same of itself at once
     * @param reached the last batch of each origin up to which nothing is missing
     */
    record Hello(Origin origin, boolean answer, Map<Origin, Long> reached) implements Message {
        public Hello {
            reached = Collections.unmodifiableMap(new HashMap<>(reached)); // see Presence
        }
    }

    /** Asks for batches of some origin again, both ends included. */
    record Pull(Origin origin, Origin of, long from, long to) implements Message {}

    /** The answer to a {@link Pull} of batches that are no longer kept: take everything instead. */
    record Overrun(Origin origin, Origin of) implements Message {}

    /**
     * Asks for pages of everything.
     *
     * @param transfer the asker's number of this transfer
     * @param cursor of the page that the asker has not got: 0 to begin, then what the last page
     *     said
     * @param pages how many may be sent, at least 1; members that do not know of it send one
     * @param more so many more of this transfer, after those that are sent already; else from the
     *     cursor on, whatever was sent before
     */
    record PageRequest(Origin origin, long transfer, long cursor, int pages, boolean more)
            implements Message {}

    /**
     * One page of everything.
     *
     * @param cursor the page's own
     * @param next the next page's, or -1 after the last one
     * @param reached how far the sender had come when this page was made
     * @param times what time it was at the origins whose counts are in the page
     * @param expected how many sticky entries the table has that the sections are of, 0 to {@link
     *     #EXPECTED_MAX}; 0 also of members that do not say it
     */
    record Page(
            Origin origin,
            long transfer,
            long cursor,
            long next,
            Map<Origin, Long> reached,
            List<OriginTime> times,
            List<Section> sections,
            long expected)
            implements Message {

        /** For so many entries, 20 MiB, a member may have room made before they have come. */
        static final long EXPECTED_MAX = 1 << 20;

        public Page {
            expected = Math.clamp(expected, 0, EXPECTED_MAX);
            reached = Collections.unmodifiableMap(new HashMap<>(reached)); // see Presence
            times = List.copyOf(times);
            sections = List.copyOf(sections);
        }
    }

    /**
     * Asks for a part of what the receiver may still admit under a strict limit.
     *
     * @param askedNanos asker's time, which comes back with the loan
     * @param wanted how much, at least 1
     */
    record Ask(Origin origin, Loans.Of of, long askedNanos, long wanted) implements Message {}

    /**
     * The answer to an {@link Ask}.
     *
     * @param askedNanos the asker's time of asking
     * @param given what the asker may admit for the sender; 0: nothing is left
     */
    record Loan(Origin origin, Loans.Of of, long askedNanos, long given) implements Message {}
}
