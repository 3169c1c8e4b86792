package proa.config.spread;

import java.nio.charset.StandardCharsets;

/**
 * A 64-bit hash that is the same on every node, machine and version of ours; not for secrets.
 * FNV-1a over the bytes, then the finisher of SplitMix64 (Steele, Lea, Flood: Fast Splittable
 * Pseudorandom Number Generators, OOPSLA 2014), without which FNV's high bits hardly depend on the
 * last bytes.
 */
public final class Hash64 {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Hash64() {}

    /**
     * The hash of some bytes.
     *
     * @param seed hashes with different seeds are independent
     */
    public static long of(byte[] bytes, long seed) {
        long hash = FNV_OFFSET ^ mix(seed);
        for (byte each : bytes) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** The hash of a text in UTF-8. */
    public static long of(String text, long seed) {
        return of(text.getBytes(StandardCharsets.UTF_8), seed);
    }

    /** Spreads the bits of a number over all 64; a bijection. */
    public static long mix(long value) {
        long bits = value + 0x9e3779b97f4a7c15L;
        bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
