package proa.cluster.member;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Takes in what has arrived, each as of the moment in which its turn comes: what is said of time is
 * judged by it, and one message, a collection of garbage or a table that shrinks may take seconds.
 * One thread.
 */
final class Intake {

    /** Messages taken in before batches have their turn. */
    static final int AT_ONCE = 256;

    private final Inbox inbox;
    private final Work work;
    private final LongSupplier clock;
    private final OfMessages messages;
    private final OfViews views;

    /** Bytes came from a node. */
    interface OfMessages {
        void arrived(int from, byte[] bytes, long nowNanos);
    }

    /** These nodes are in sight now. */
    interface OfViews {
        void seen(List<Integer> ids, long nowNanos);
    }

    Intake(Inbox inbox, Work work, LongSupplier clock, OfMessages messages, OfViews views) {
        this.inbox = inbox;
        this.work = work;
        this.clock = clock;
        this.messages = messages;
        this.views = views;
    }

    /** Takes some in; whether there may be more. */
    boolean some() {
        for (int taken = 0; taken < AT_ONCE; taken++) {
            switch (inbox.next()) {
                case null -> {
                    return false;
                }
                case Inbox.Event.Arrived(int id, byte[] bytes) ->
                        work.done(
                                Work.Part.MESSAGES,
                                () -> messages.arrived(id, bytes, clock.getAsLong()));
                case Inbox.Event.Seen(List<Integer> ids) ->
                        work.done(Work.Part.VIEWS, () -> views.seen(ids, clock.getAsLong()));
            }
        }
        return true;
    }
}
