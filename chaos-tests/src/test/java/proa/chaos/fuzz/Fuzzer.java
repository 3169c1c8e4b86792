package proa.chaos.fuzz;

import com.sun.management.ThreadMXBean;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Looks for input on which a parser breaks a promise: it throws, looks past the end, decides
 * otherwise when the bytes come in other pieces, takes more memory or time than its input
 * justifies, or differs from an obvious parser. Seeded. Input that leads to a verdict of a new kind
 * is kept and changed further, which leads deeper than chance.
 */
final class Fuzzer {

    private static final int POOL_MAX = 2_000;
    private static final int INPUT_BYTES_MAX = 4 << 10;

    /** What one reading may allocate: verdicts are texts, and parsers have buffers. */
    private static final long BYTES_FREE = 512 << 10;

    private static final long BYTES_FOR_EACH = 1 << 10;

    /** Of the thread's own time. */
    private static final long NANOS_MAX = 1_000_000_000L;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * A broken promise.
     *
     * @param input on which, made as short as was found
     * @param why what happened
     * @param round in which
     */
    record Finding(String input, String why, long round) {}

    private final Subject subject;
    private final Random random;
    private final List<byte[]> pool = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    Fuzzer(Subject subject, long seed) {
        this.subject = subject;
        this.random = new Random(seed);
    }

    /** Tries until the rounds or the time are over, or something is found. */
    Optional<Finding> run(long rounds, long nanos) {
        long began = System.nanoTime();
        for (byte[] seed : subject.seeds()) {
            pool.add(seed);
            subject.parser().read(Subject.Input.whole(seed, 0)); // classes are loaded once
            String why = broken(seed);
            if (why != null) {
                return Optional.of(finding(seed, why, 0));
            }
        }
        for (long round = 1; round <= rounds && System.nanoTime() - began < nanos; round++) {
            byte[] input = next();
            String why = broken(input);
            if (why != null) {
                return Optional.of(finding(input, why, round));
            }
        }
        return Optional.empty();
    }

    /** Kinds of verdict that were met. */
    int kinds() {
        return known.size();
    }

    private byte[] next() {
        byte[] input = pool.get(random.nextInt(pool.size()));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            input = changed(input);
        }
        if (input.length > INPUT_BYTES_MAX) {
            input = Arrays.copyOf(input, INPUT_BYTES_MAX);
        }
        return random.nextBoolean() ? subject.repair().apply(input) : input;
    }

    private byte[] changed(byte[] input) {
        int at = random.nextInt(input.length + 1);
        int to = Math.min(input.length, at + random.nextInt(random.nextInt(4) == 0 ? 60 : 5));
        return switch (random.nextInt(8)) {
            case 0 -> joined(input, at, new byte[] {(byte) random.nextInt(256)}, to);
            case 1, 2 -> joined(input, at, piece(), at);
            case 3 -> joined(input, at, piece(), to);
            case 4 -> joined(input, at, new byte[0], to);
            case 5 -> joined(input, at, Arrays.copyOfRange(input, at, to), at);
            case 6 -> spliced(input, at);
            default -> flipped(input);
        };
    }

    private byte[] piece() {
        return subject.pieces().get(random.nextInt(subject.pieces().size()));
    }

    private byte[] spliced(byte[] input, int at) {
        byte[] other = pool.get(random.nextInt(pool.size()));
        int from = random.nextInt(other.length + 1);
        return joined(input, at, Arrays.copyOfRange(other, from, other.length), input.length);
    }

    private byte[] flipped(byte[] input) {
        byte[] flipped = input.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** Up to {@code from}, then other bytes, then from {@code to} on. */
    private static byte[] joined(byte[] input, int from, byte[] put, int to) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(input, 0, from);
        joined.writeBytes(put);
        joined.write(input, to, input.length - to);
        return joined.toByteArray();
    }

    /** What promise is broken on this input, or null. */
    private String broken(byte[] input) {
        try {
            return checked(input);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError defect) {
            return "throws " + defect + " at " + Arrays.stream(defect.getStackTrace()).findFirst();
        }
    }

    /** What one reading came to, and what it took. */
    private record Reading(String verdict, long bytes, long nanos) {

        Reading least(Reading other) {
            return new Reading(verdict, Math.min(bytes, other.bytes), Math.min(nanos, other.nanos));
        }

        String excess(int length) {
            if (bytes > BYTES_FREE + BYTES_FOR_EACH * length) {
                return "takes " + bytes + " bytes of memory for " + length;
            }
            return nanos > NANOS_MAX ? "takes " + nanos / 1_000_000 + " ms" : null;
        }
    }

    private Reading reading(byte[] input) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        String verdict = subject.parser().read(Subject.Input.whole(input, 0));
        nanos = THREADS.getCurrentThreadCpuTime() - nanos;
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        return new Reading(verdict, bytes, nanos);
    }

    private String checked(byte[] input) {
        Reading reading = reading(input);
        if (reading.excess(input.length) != null) {
            // What the machine does for the first of a kind, such as a class that is loaded, it
            // does once; what the input costs, it costs each time.
            reading = reading.least(reading(input));
        }
        String excess = reading.excess(input.length);
        if (excess != null) {
            return excess;
        }
        String verdict = reading.verdict;
        keep(verdict, input);
        for (int guard : new int[] {'\n', '0', 0xff}) {
            String other = subject.parser().read(Subject.Input.whole(input, guard));
            if (!other.equals(verdict)) {
                return "looks past the end: " + verdict + ", or " + other;
            }
        }
        String pieces = subject.parser().read(cut(input));
        if (!pieces.equals(verdict)) {
            return "depends on how it comes: " + verdict + ", in pieces " + pieces;
        }
        return differs(input, verdict);
    }

    private Subject.Input cut(byte[] input) {
        int count = random.nextInt(4) == 0 ? input.length : random.nextInt(4);
        int[] ends =
                java.util.stream.IntStream.concat(
                                random.ints(count, 0, input.length + 1),
                                java.util.stream.IntStream.of(input.length))
                        .sorted()
                        .toArray();
        return new Subject.Input(input, ends, (byte) random.nextInt(256));
    }

    private String differs(byte[] input, String verdict) {
        if (subject.reference() == null) {
            return null;
        }
        Optional<String> expected = subject.reference().apply(input);
        boolean agrees =
                expected.map(verdict::equals).orElseGet(() -> !verdict.startsWith("whole"));
        return agrees ? null : verdict + ", where the obvious parser says " + expected;
    }

    /** Numbers and names apart, a verdict is of a kind. */
    private void keep(String verdict, byte[] input) {
        String kind = verdict.replaceAll("[0-9a-f]+", "0").replaceAll("=[^ ]*", "");
        boolean fresh = known.size() < POOL_MAX && known.add(kind);
        if (fresh && pool.size() < POOL_MAX) {
            pool.add(input);
        }
    }

    private Finding finding(byte[] input, String why, long round) {
        byte[] shortest = input;
        for (int size = Math.max(1, input.length / 2); size > 0; size /= 2) {
            int at = 0;
            while (at + size <= shortest.length) {
                byte[] shorter = joined(shortest, at, new byte[0], at + size);
                if (broken(shorter) == null) {
                    at += size;
                } else {
                    shortest = shorter;
                }
            }
        }
        String shown = broken(shortest);
        return new Finding(shown(shortest), shown == null ? why : shown, round);
    }

    private static String shown(byte[] input) {
        StringBuilder shown = new StringBuilder();
        for (byte b : input) {
            if (b >= ' ' && b < 127 && b != '\\') {
                shown.append((char) b);
            } else {
                shown.append("\\x%02x".formatted(b & 0xff));
            }
        }
        return shown.toString();
    }
}
