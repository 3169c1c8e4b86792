package proa.node.tls;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of the handshakes of one frontend since the start. Safe from any thread. */
final class TlsCounters {

    /** How a handshake ended. */
    enum End {
        /** Bytes pass. */
        DONE,
        /** No version, suite or certificate that both accept. */
        FAILED,
        /** The first bytes are no TLS. */
        MALFORMED,
        /** Not within its time. */
        LATE,
        /** The oldest of too many. */
        CROWDED_OUT,
        /** The client went away. */
        LEFT
    }

    private final Map<End, LongAdder> counters = new EnumMap<>(End.class);

    TlsCounters() {
        for (End end : End.values()) {
            counters.put(end, new LongAdder());
        }
    }

    private LongAdder counter(End end) {
        return Objects.requireNonNull(counters.get(end));
    }

    void count(End end) {
        counter(end).increment();
    }

    long of(End end) {
        return counter(end).sum();
    }

    /** For the status. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("handshakes", of(End.DONE));
        document.put("failed", of(End.FAILED));
        document.put("malformed", of(End.MALFORMED));
        document.put("late", of(End.LATE));
        document.put("crowdedOut", of(End.CROWDED_OUT));
        document.put("left", of(End.LEFT));
        return document;
    }
}
