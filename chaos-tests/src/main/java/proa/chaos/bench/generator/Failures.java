package proa.chaos.bench.generator;

/**
 * What went wrong for a generator.
 *
 * @param statuses answers that are not what was expected
 * @param connect connections that were not made, or whose handshake failed
 * @param read connections that ended before their answer
 * @param write requests that could not be sent
 * @param late without an answer within the generator's limit
 */
public record Failures(long statuses, long connect, long read, long write, long late) {

    /** Nothing went wrong. */
    public static final Failures NONE = new Failures(0, 0, 0, 0, 0);

    @Override
    public String toString() {
        return "%d wrong answers, %d connects, %d reads, %d writes, %d late answers"
                .formatted(statuses, connect, read, write, late);
    }
}
