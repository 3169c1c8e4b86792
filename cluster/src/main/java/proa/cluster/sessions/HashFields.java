package proa.cluster.sessions;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a hash, in the order in which they were first set. The whole hash is one value of
 * the store: each change reads and writes it all, which suits sessions and not large collections.
 * Field names are any bytes, kept as text of one byte a character. Not thread-safe.
 */
public final class HashFields {

    private static final int LENGTH_BYTES = Integer.BYTES;

    private final Map<String, byte[]> fields = new LinkedHashMap<>();

    /** No field yet. */
    public HashFields() {}

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    public static HashFields decode(byte[] bytes) {
        HashFields decoded = new HashFields();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            String name = text(word(in));
            decoded.fields.put(name, word(in));
        }
        return decoded;
    }

    private static byte[] word(ByteBuffer in) {
        int length = in.remaining() < LENGTH_BYTES ? -1 : in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalStateException("the fields of a hash are cut short");
        }
        byte[] word = new byte[length];
        in.get(word);
        return word;
    }

    /** Name and value of each field in turn, each behind its length in four bytes. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(bytes());
        fields.forEach(
                (name, value) -> {
                    out.putInt(name.length()).put(name.getBytes(StandardCharsets.ISO_8859_1));
                    out.putInt(value.length).put(value);
                });
        return out.array();
    }

    /** Length of the encoded form. */
    int bytes() {
        int sum = 0;
        for (Map.Entry<String, byte[]> each : fields.entrySet()) {
            sum += 2 * LENGTH_BYTES + each.getKey().length() + each.getValue().length;
        }
        return sum;
    }

    static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1);
    }

    /** Whether the field is new. */
    boolean put(byte[] name, byte[] value) {
        return fields.put(text(name), value) == null;
    }

    /** Whether there was such a field. */
    boolean remove(byte[] name) {
        return fields.remove(text(name)) != null;
    }

    /** A field's value; null: there is no such field. */
    public byte @Nullable [] get(byte[] name) {
        return fields.get(text(name));
    }

    /** How many there are. */
    public int size() {
        return fields.size();
    }

    /** All of them; the values are not to be changed. */
    public Set<Map.Entry<String, byte[]>> all() {
        return fields.entrySet();
    }
}
