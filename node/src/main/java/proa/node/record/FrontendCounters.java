package proa.node.record;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What a frontend has had since the start of the node. Any thread. */
public final class FrontendCounters extends Responses {

    private final String name;
    private final LongAdder connections = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder denied = new LongAdder();

    private final AtomicLong malformed = new AtomicLong();
    private volatile @Nullable Malformed lastRequest;
    private volatile @Nullable Malformed lastAnswer;

    /** Nothing yet. */
    public FrontendCounters(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** A connection has been accepted. */
    public void accepted() {
        connections.increment();
    }

    /**
     * A request has ended.
     *
     * @param malformed whether it was not passed on for its form
     */
    void ended(Ending how, boolean malformed) {
        requests.increment();
        ended(how);
        if (malformed || how == Ending.CLIENT_SLOW || how == Ending.CLIENT_LEFT) {
            wrong.increment();
        } else if (how == Ending.REFUSED || how == Ending.BODY_REFUSED) {
            denied.increment();
        }
    }

    /** How many malformed messages there were before. */
    long nextMalformed() {
        return malformed.getAndIncrement();
    }

    void captured(Malformed message) {
        if (message.ofServer()) {
            lastAnswer = message;
        } else {
            lastRequest = message;
        }
    }

    /** How many messages were malformed, requests and answers. */
    public long malformed() {
        return malformed.get();
    }

    /** The last request and the last answer of these, where there was one. */
    public List<Malformed> captured() {
        return Stream.of(Optional.ofNullable(lastRequest), Optional.ofNullable(lastAnswer))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Connections that were accepted. */
    public long connections() {
        return connections.sum();
    }

    /** Requests, or in mode tcp connections, that have ended. */
    public long requests() {
        return requests.sum();
    }

    /** Requests that were malformed, or never came whole. */
    public long wrong() {
        return wrong.sum();
    }

    /** Requests that were refused by a rule or a limit. */
    public long denied() {
        return denied.sum();
    }
}
