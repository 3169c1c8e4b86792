package proa.cluster.sessions;

/**
 * A place in the order in which a scan looks at keys: partition by partition and, within one, by
 * the key's hash. It depends on nothing but the keys, so it stays valid while keys come and go,
 * members die and partitions move. Below 2^53, since clients in JavaScript hold it as a number.
 *
 * @param partition 0 to 1023
 * @param afterHash keys of the partition up to this hash have been seen; -1: none
 */
public record ScanCursor(int partition, long afterHash) {

    private static final int HASH_BITS = 33;
    private static final long HASH_MASK = (1L << HASH_BITS) - 1;

    /** Where every scan begins. */
    public static final ScanCursor START = new ScanCursor(0, -1);

    /** The beginning of the next partition. */
    public ScanCursor nextPartition() {
        return new ScanCursor(partition + 1, -1);
    }

    /** Position of a key within its partition, 0 to 2^32 − 1. */
    public static long hash(String key) {
        // Spread: String.hashCode alone puts similar keys side by side, which is fine, but equal
        // hashes come in one page, and strings with equal hashCode are easy to make in numbers.
        long mixed = 1_125_899_906_842_597L;
        for (int at = 0; at < key.length(); at++) {
            mixed = (mixed ^ key.charAt(at)) * 0x9E37_79B9_7F4A_7C15L;
            mixed ^= mixed >>> 29;
        }
        return mixed >>> 32;
    }

    /** The number a client holds; 0 only at the start. */
    public long encode() {
        return ((long) partition << HASH_BITS) + afterHash + 1;
    }

    /** The place a client's number means; any number is some place. */
    public static ScanCursor decode(long cursor) {
        return new ScanCursor((int) (cursor >>> HASH_BITS), (cursor & HASH_MASK) - 1);
    }
}
