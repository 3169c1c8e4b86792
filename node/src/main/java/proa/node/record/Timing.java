package proa.node.record;

import java.util.concurrent.atomic.LongAdder;

/** Sums of where the time of requests went, of those that had a server. Any thread. */
public final class Timing {

    private final LongAdder requests = new LongAdder();
    private final LongAdder queue = new LongAdder();
    private final LongAdder connect = new LongAdder();
    private final LongAdder response = new LongAdder();
    private final LongAdder total = new LongAdder();

    /** Nothing yet. */
    Timing() {}

    /**
     * Sums of now, in nanoseconds.
     *
     * @param requests how many they are of
     * @param queue from the head to the choice of a server
     * @param connect from there to the connection
     * @param response from there to the head of the answer
     * @param total from the first byte to the end
     */
    public record Sums(long requests, long queue, long connect, long response, long total) {}

    void add(long queueNanos, long connectNanos, long responseNanos, long totalNanos) {
        queue.add(queueNanos);
        connect.add(connectNanos);
        response.add(responseNanos);
        total.add(totalNanos);
        requests.increment();
    }

    /** What has come together since the start. */
    public Sums sums() {
        return new Sums(requests.sum(), queue.sum(), connect.sum(), response.sum(), total.sum());
    }
}
