package proa.cluster.sessions;

import java.util.List;
import java.util.Objects;

/**
 * A change that depends on what is there, carried out on the key's owner in one step: counters,
 * fields of hashes, and comparisons. It leaves the expiry as it is unless it says otherwise.
 *
 * @param number an increment, milliseconds, or the time of a stamp
 * @param words names, values or what is expected, as the operation wants them
 */
public record SessionEdit(Operation operation, long number, List<byte[]> words) {

    public SessionEdit {
        words = List.copyOf(words);
    }

    private static final byte TEXT = 0;
    private static final byte HASH = 1;

    /** What is done; the numbers are those of the format and never change. */
    public enum Operation {
        ADD(1),
        APPEND(2),
        PUT_FIELDS(3),
        PUT_FIELD_IF_ABSENT(4),
        REMOVE_FIELDS(5),
        ADD_TO_FIELD(6),
        REMOVE_IF_EQUAL(7),
        EXPIRE_IF_EQUAL(8),
        HIT(9),
        PLACE(10),
        REMOVE_IF_STAMPED(11);

        private final int code;

        Operation(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Operation of(long code) {
            for (Operation each : values()) {
                if (each.code == code) {
                    return each;
                }
            }
            throw new IllegalStateException("unknown session edit " + code);
        }
    }

    /** Adds to a whole number, 0 when there is none. Answers with the sum. */
    public static SessionEdit add(long number) {
        return new SessionEdit(Operation.ADD, number, List.of());
    }

    /** Puts bytes behind those that are there. Answers with the length. */
    public static SessionEdit append(byte[] bytes) {
        return new SessionEdit(Operation.APPEND, 0, List.of(bytes));
    }

    /** Sets fields, names and values in turn. Answers with how many are new. */
    public static SessionEdit putFields(List<byte[]> namesAndValues) {
        return new SessionEdit(Operation.PUT_FIELDS, 0, namesAndValues);
    }

    /** Sets one field unless it is there. Answers with 1 if it was set. */
    public static SessionEdit putFieldIfAbsent(byte[] name, byte[] value) {
        return new SessionEdit(Operation.PUT_FIELD_IF_ABSENT, 0, List.of(name, value));
    }

    /** Removes fields, and the hash with its last one. Answers with how many there were. */
    public static SessionEdit removeFields(List<byte[]> names) {
        return new SessionEdit(Operation.REMOVE_FIELDS, 0, names);
    }

    /** Adds to a field that is a whole number, 0 when there is none. Answers with the sum. */
    public static SessionEdit addToField(byte[] name, long number) {
        return new SessionEdit(Operation.ADD_TO_FIELD, number, List.of(name));
    }

    /** Removes a value that is exactly this. Answers with 1 if it was. */
    public static SessionEdit removeIfEqual(byte[] expected) {
        return new SessionEdit(Operation.REMOVE_IF_EQUAL, 0, List.of(expected));
    }

    /** Sets the time to live of a value that is exactly this. Answers with 1 if it was. */
    public static SessionEdit expireIfEqual(byte[] expected, long ttlMillis) {
        return new SessionEdit(Operation.EXPIRE_IF_EQUAL, ttlMillis, List.of(expected));
    }

    /** Counts one in a window that begins with the first. Answers with the count. */
    public static SessionEdit hit(long windowMillis) {
        return new SessionEdit(Operation.HIT, windowMillis, List.of());
    }

    /**
     * Puts a value of another key here, whatever is there, with its kind and its expiry. Answers
     * with the {@link SessionStamp#number} of the write.
     */
    static SessionEdit place(SessionValue value) {
        byte[] bytes = Objects.requireNonNull(value.value(), "a removal is placed nowhere");
        byte[] kind = {value.kind() == SessionValue.Kind.HASH ? HASH : TEXT};
        return new SessionEdit(Operation.PLACE, value.expiresAtMillis(), List.of(bytes, kind));
    }

    /** Whether the value that is placed is a hash. */
    boolean placesHash() {
        return words.getLast()[0] == HASH;
    }

    /** Removes what that write has left, and nothing later. Answers with 1 if it was that. */
    static SessionEdit removeIfStamped(SessionStamp stamp) {
        byte[] node = {(byte) stamp.node()};
        return new SessionEdit(Operation.REMOVE_IF_STAMPED, stamp.time(), List.of(node));
    }

    /** The write that {@link #removeIfStamped} is for. */
    SessionStamp stamped() {
        return new SessionStamp(number, Byte.toUnsignedInt(words.getFirst()[0]));
    }

    /** Bytes of all words and what tells them apart. */
    public long bytes() {
        return words.stream().mapToLong(word -> word.length + 2L * Integer.BYTES).sum();
    }
}
