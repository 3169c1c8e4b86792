package proa.vip.forwarding;

import proa.vip.message.Endpoint;

/**
 * The hash by which nftables finds a client's bucket ({@code jhash}: {@code linux/jhash.h}, {@code
 * net/netfilter/nft_hash.c}), on a little-endian machine. Stateless.
 */
final class KernelHash {

    private static final int INITIAL = 0xdead_beef;
    private static final int WORDS_A_ROUND = 3;

    private KernelHash() {}

    /** The bucket of a client, 0 to {@link Buckets#SIZE} − 1. */
    static int bucket(Endpoint client, boolean addressAlone) {
        int[] words = new int[(client.six() ? 4 : 1) + (addressAlone ? 0 : 1)];
        if (client.six()) {
            words[0] = Integer.reverseBytes((int) (client.high() >>> Integer.SIZE));
            words[1] = Integer.reverseBytes((int) client.high());
            words[2] = Integer.reverseBytes((int) (client.low() >>> Integer.SIZE));
            words[3] = Integer.reverseBytes((int) client.low());
        } else {
            words[0] = Integer.reverseBytes((int) client.low());
        }
        if (!addressAlone) {
            words[words.length - 1] = Short.reverseBytes((short) client.port()) & 0xffff;
        }
        long hash = Integer.toUnsignedLong(hash(RuleSet.SEED, words));
        return (int) ((hash * Buckets.SIZE) >>> Integer.SIZE);
    }

    /** Bob Jenkins's hash of whole words. */
    static int hash(int seed, int... words) {
        int a = INITIAL + words.length * Integer.BYTES + seed;
        int b = a;
        int c = a;
        int at = 0;
        while (words.length - at > WORDS_A_ROUND) {
            a += words[at];
            b += words[at + 1];
            c += words[at + 2];
            a = (a - c) ^ Integer.rotateLeft(c, 4);
            c += b;
            b = (b - a) ^ Integer.rotateLeft(a, 6);
            a += c;
            c = (c - b) ^ Integer.rotateLeft(b, 8);
            b += a;
            a = (a - c) ^ Integer.rotateLeft(c, 16);
            c += b;
            b = (b - a) ^ Integer.rotateLeft(a, 19);
            a += c;
            c = (c - b) ^ Integer.rotateLeft(b, 4);
            b += a;
            at += WORDS_A_ROUND;
        }
        int left = words.length - at;
        a += words[at];
        b += left > 1 ? words[at + 1] : 0;
        c += left > 2 ? words[at + 2] : 0;
        return finished(a, b, c);
    }

    private static int finished(int first, int second, int third) {
        int a = first;
        int b = second;
        int c = third;
        c = (c ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        return (c ^ b) - Integer.rotateLeft(b, 24);
    }
}
