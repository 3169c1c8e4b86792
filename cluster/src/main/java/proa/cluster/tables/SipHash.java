package proa.cluster.tables;

import java.nio.charset.StandardCharsets;

/**
 * SipHash-2-4 with a result of 128 bits: a keyed hash of texts. Immutable; safe from any thread.
 *
 * <p>Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, and its 128-bit
 * variant in the authors' reference code.
 */
public final class SipHash {

    private static final int FINAL_ROUNDS = 4;

    private final long key0;
    private final long key1;

    /** The key's two halves, little-endian as in the reference. */
    public SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The hash of a text's UTF-8 bytes. */
    public TableKey of(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) >= 0x80) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                return new State(key0, key1).hash(bytes.length, n -> bytes[n]);
            }
        }
        return new State(key0, key1).hash(text.length(), n -> (byte) text.charAt(n));
    }

    /** Hash of bytes, for texts that are known as such. */
    TableKey of(byte[] bytes) {
        return new State(key0, key1).hash(bytes.length, n -> bytes[n]);
    }

    private interface Bytes {
        byte at(int place);
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long key0, long key1) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
        }

        TableKey hash(int length, Bytes bytes) {
            int whole = length - length % Long.BYTES;
            for (int from = 0; from < whole; from += Long.BYTES) {
                take(word(bytes, from, Long.BYTES));
            }
            take((long) length << 56 | word(bytes, whole, length - whole));
            v2 ^= 0xee;
            long high = finished();
            v1 ^= 0xdd;
            return new TableKey(high, finished());
        }

        private static long word(Bytes bytes, int from, int count) {
            long word = 0;
            for (int at = 0; at < count; at++) {
                word |= (bytes.at(from + at) & 0xffL) << 8 * at;
            }
            return word;
        }

        private void take(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        private long finished() {
            for (int round = 0; round < FINAL_ROUNDS; round++) {
                round();
            }
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
