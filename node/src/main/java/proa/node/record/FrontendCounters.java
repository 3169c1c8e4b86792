package proa.node.record;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What a frontend has had since the start of the node. Any thread. */
public final class FrontendCounters extends Responses {

    private final String name;
    private final LongAdder connections = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);

    private final AtomicLong malformed = new AtomicLong();
    private volatile @Nullable Malformed lastRequest;
    private volatile @Nullable Malformed lastAnswer;

    /** Nothing yet. */
    public FrontendCounters(String name) {
        this.name = name;
        for (Ending ending : Ending.values()) {
            endings.put(ending, new LongAdder());
        }
    }

    public String name() {
        return name;
    }

    /** A connection has been accepted. */
    public void accepted() {
        connections.increment();
    }

    void ended(Ending how) {
        requests.increment();
        counter(how).increment();
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

    /** Those that ended like this. */
    public long endings(Ending how) {
        return counter(how).sum();
    }

    private LongAdder counter(Ending how) {
        return Objects.requireNonNull(endings.get(how));
    }
}
