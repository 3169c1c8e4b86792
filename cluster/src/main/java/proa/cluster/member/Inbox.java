package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.transport.Group;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the group's threads hand to the replicator. Bounded: a message too many is dropped and
 * counted, which replication treats as lost on the way and fetches again.
 */
final class Inbox implements Group.Listener {

    /** At 200 batches a second from each of two members, ten seconds of a stuck replicator. */
    static final int MESSAGES_MAX = 4_096;

    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final Runnable wake;

    /** Something that happened in the group. */
    sealed interface Event {
        /** Bytes came from a node. */
        record Arrived(int id, byte[] bytes) implements Event {}

        /** These nodes are in sight now, coordinator first. */
        record Seen(List<Integer> ids) implements Event {
            public Seen {
                ids = List.copyOf(ids);
            }
        }
    }

    Inbox(Runnable wake) {
        this.wake = wake;
    }

    @Override
    public void view(List<Integer> ids) {
        events.add(new Event.Seen(ids));
        wake.run();
    }

    @Override
    public void received(int id, byte[] bytes) {
        if (messages.incrementAndGet() > MESSAGES_MAX) {
            messages.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        events.add(new Event.Arrived(id, bytes));
        wake.run();
    }

    @Nullable Event next() {
        Event event = events.poll();
        if (event instanceof Event.Arrived) {
            messages.decrementAndGet();
        }
        return event;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    long dropped() {
        return dropped.get();
    }

    /** Messages that wait now. */
    int waiting() {
        return messages.get();
    }
}
