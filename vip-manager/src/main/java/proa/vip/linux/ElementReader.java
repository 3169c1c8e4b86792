package proa.vip.linux;

import proa.vip.forwarding.Counters.Count;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/**
 * One message of nftables' listing of a set ({@code linux/netfilter/nf_tables.h}) → its elements
 * and what each has counted. Stateless.
 */
final class ElementReader {

    private static final int HEADERS_BYTES = NetlinkSocket.HEADER_BYTES + 4;

    private static final int ELEMENTS = 3;

    private static final int ELEMENT_KEY = 1;

    private static final int ELEMENT_EXPIRATION = 5;

    /** The only expression of an element; a list of several is another attribute. */
    private static final int ELEMENT_EXPRESSION = 7;

    private static final int DATA_VALUE = 1;
    private static final int EXPRESSION_DATA = 2;
    private static final int COUNTER_BYTES = 1;
    private static final int COUNTER_PACKETS = 2;

    private final ByteBuffer bytes;

    private ElementReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Shows how long, in milliseconds, each element lasts; what lasts for ever is left out. */
    static void lasting(ByteBuffer message, LongConsumer each) {
        ElementReader reader = new ElementReader(message);
        reader.all(
                element -> {
                    int end = reader.within(ELEMENT_EXPIRATION, element);
                    if (end >= 0) {
                        each.accept(reader.number(end));
                    }
                });
    }

    /** Shows the key and the counter of each element; what does not count is left out. */
    static void read(ByteBuffer message, BiConsumer<ByteBuffer, Count> each) {
        ElementReader reader = new ElementReader(message);
        reader.all(element -> reader.element(element, each));
    }

    private void all(IntConsumer each) {
        int start = bytes.position();
        int end = start + bytes.getInt(start);
        int list = NetlinkAttributes.find(bytes, ELEMENTS, start + HEADERS_BYTES, end);
        if (list < 0) {
            return;
        }
        int listEnd = NetlinkAttributes.end(bytes, list);
        int at = list + NetlinkAttributes.HEADER_BYTES;
        while (at + NetlinkAttributes.HEADER_BYTES <= listEnd) {
            each.accept(at);
            at = NetlinkAttributes.next(bytes, at);
        }
    }

    private void element(int element, BiConsumer<ByteBuffer, Count> each) {
        int key = within(DATA_VALUE, within(ELEMENT_KEY, element));
        int counter = within(EXPRESSION_DATA, within(ELEMENT_EXPRESSION, element));
        int octets = within(COUNTER_BYTES, counter);
        int packets = within(COUNTER_PACKETS, counter);
        if (key >= 0 && octets >= 0 && packets >= 0) {
            int value = key + NetlinkAttributes.HEADER_BYTES;
            int length = NetlinkAttributes.end(bytes, key) - value;
            each.accept(bytes.slice(value, length), new Count(number(packets), number(octets)));
        }
    }

    private int within(int type, int nest) {
        return NetlinkAttributes.within(bytes, type, nest);
    }

    /** Big-endian, whatever the machine is. */
    private long number(int attribute) {
        return bytes.slice(attribute + NetlinkAttributes.HEADER_BYTES, Long.BYTES).getLong();
    }
}
