package proa.chaos.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A parser under test and what is known of it.
 *
 * @param name of the parser
 * @param parser the parser
 * @param reference another one, slow and obvious: the verdict on whole input, or empty when it must
 *     not be {@code whole}; null: there is none
 * @param seeds sound input, from which everything else is made
 * @param pieces what is worth putting in
 * @param repair makes lengths and checksums fit again, so that changes get past them
 */
record Subject(
        String name,
        Parser parser,
        Function<byte[], Optional<String>> reference,
        List<byte[]> seeds,
        List<byte[]> pieces,
        UnaryOperator<byte[]> repair) {

    /** Reads input that comes in pieces. */
    interface Parser {
        /**
         * The verdict: {@code whole …} with everything that was understood, {@code partial}, or
         * {@code refused …}. Throws nothing, whatever the bytes.
         */
        String read(Input input);
    }

    /**
     * Bytes as they arrive.
     *
     * @param bytes all of them
     * @param ends where each piece ends, ascending; the last one at the end
     * @param guard what lies around them, where a parser must not look
     */
    record Input(byte[] bytes, int[] ends, byte guard) {

        /** Where the bytes begin in {@link #guarded}. */
        static final int BEFORE = 9;

        static Input whole(byte[] bytes, int guard) {
            return new Input(bytes, new int[] {bytes.length}, (byte) guard);
        }

        /** The first bytes among others. */
        byte[] guarded(int end) {
            byte[] guarded = new byte[BEFORE + end + 16];
            Arrays.fill(guarded, guard);
            System.arraycopy(bytes, 0, guarded, BEFORE, end);
            return guarded;
        }

        /** The same with other bytes in the same pieces. */
        Input with(byte[] others) {
            int[] cut = ends.clone();
            for (int at = 0; at < cut.length; at++) {
                cut[at] = Math.min(cut[at], others.length);
            }
            cut[cut.length - 1] = others.length;
            return new Input(others, cut, guard);
        }
    }

    /** The same subject with another parser in its place. */
    Subject with(String otherName, Parser other) {
        return new Subject(name + ", " + otherName, other, reference, seeds, pieces, repair);
    }

    /** Asks a parser that wants everything so far, until it has decided. */
    static Parser again(Function<Input, String> reading) {
        return input -> {
            String verdict = "partial";
            for (int at = 0; at < input.ends().length && verdict.equals("partial"); at++) {
                byte[] soFar = Arrays.copyOf(input.bytes(), input.ends()[at]);
                verdict = reading.apply(Input.whole(soFar, input.guard()));
            }
            return verdict;
        };
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static List<byte[]> latin(String... texts) {
        return Arrays.stream(texts).map(Subject::latin).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
