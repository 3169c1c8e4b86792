package proa.vip.packet;

import java.nio.ByteBuffer;

/** The Internet checksum, RFC 1071. */
final class Checksum {

    private Checksum() {}

    /**
     * Sum of the buffer's remaining bytes as 16-bit big-endian words, added to {@code start}; the
     * buffer stays as it is.
     */
    static long sum(ByteBuffer bytes, long start) {
        long sum = start;
        int at = bytes.position();
        for (; at + 1 < bytes.limit(); at += 2) {
            sum += bytes.getShort(at) & 0xffff;
        }
        return at < bytes.limit() ? sum + ((bytes.get(at) & 0xff) << 8) : sum;
    }

    /** Folds the sum into 16 bits and complements it. */
    static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) (~folded & 0xffff);
    }

    /** The sum of a pseudo-header: RFC 793 §3.1 for IPv4, RFC 8200 §8.1 for IPv6. */
    static long pseudoHeader(byte[] source, byte[] destination, int protocol, int length) {
        long sum = sum(ByteBuffer.wrap(source), 0);
        return sum(ByteBuffer.wrap(destination), sum) + protocol + length;
    }
}
