package proa.node.protocol.http2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/**
 * The fields of one head in the order they have on the wire, for Netty's HPACK codec to fill and to
 * read. Nothing else of its base class works: that one would hash and reorder them. Reused from
 * head to head; one event loop.
 */
public final class FieldList extends DefaultHttp2Headers {

    private static final int FIRST_CAPACITY = 32;

    private AsciiString[] names = new AsciiString[FIRST_CAPACITY];
    private AsciiString[] values = new AsciiString[FIRST_CAPACITY];
    private int count;

    /** Empty. */
    public FieldList() {
        super(false);
    }

    @Override
    public FieldList clear() {
        count = 0;
        return this;
    }

    /** The codec adds what it has decoded. */
    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        return add(AsciiString.of(name), AsciiString.of(value));
    }

    FieldList add(AsciiString name, AsciiString value) {
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        names[count] = name;
        values[count] = value;
        count++;
        return this;
    }

    /** Adds a field of HTTP/1.1 as HTTP/2 has it: in lower case (RFC 9113 §8.2). */
    void add(byte[] bytes, int nameFrom, int nameTo, int valueFrom, int valueTo) {
        add(
                new AsciiString(bytes, nameFrom, nameTo - nameFrom, true).toLowerCase(),
                new AsciiString(bytes, valueFrom, valueTo - valueFrom, true));
    }

    /** Takes out the fields of that name. */
    void remove(AsciiString name) {
        int kept = 0;
        for (int at = 0; at < count; at++) {
            if (!names[at].equals(name)) {
                names[kept] = names[at];
                values[kept] = values[at];
                kept++;
            }
        }
        count = kept;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public boolean isEmpty() {
        return count == 0;
    }

    /** The name of one of {@link #size()} fields. */
    public AsciiString name(int at) {
        return names[at];
    }

    /** Its value. */
    public AsciiString value(int at) {
        return values[at];
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return new Walk();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d fields", count);
    }

    /** Is its own entry: the codec looks at one after the other. */
    private final class Walk
            implements Iterator<Map.Entry<CharSequence, CharSequence>>,
                    Map.Entry<CharSequence, CharSequence> {
        private int at = -1;

        @Override
        public boolean hasNext() {
            return at + 1 < count;
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            at++;
            return this;
        }

        @Override
        public CharSequence getKey() {
            return names[at];
        }

        @Override
        public CharSequence getValue() {
            return values[at];
        }

        @Override
        public CharSequence setValue(CharSequence value) {
            throw new UnsupportedOperationException();
        }
    }
}
