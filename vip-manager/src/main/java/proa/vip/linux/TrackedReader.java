package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import proa.vip.forwarding.Tracked;
import proa.vip.message.Endpoint;

import java.nio.ByteBuffer;

/**
 * One message of ctnetlink's listing ({@code linux/netfilter/nfnetlink_conntrack.h}) → the
 * connection it tells of. Stateless.
 */
final class TrackedReader {

    private static final int HEADERS_BYTES = NetlinkSocket.HEADER_BYTES + 4;
    private static final int ATTRIBUTE_BYTES = NetlinkAttributes.HEADER_BYTES;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final ByteBuffer bytes;

    private TrackedReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Nothing for what is neither TCP nor UDP, or not whole. */
    static @Nullable Tracked read(ByteBuffer message) {
        return new TrackedReader(message).connection();
    }

    private @Nullable Tracked connection() {
        int start = bytes.position();
        int end = start + bytes.getInt(start);
        int first = find(Conntrack.TUPLE_ORIGINAL, start + HEADERS_BYTES, end);
        int answer = find(Conntrack.TUPLE_REPLY, start + HEADERS_BYTES, end);
        if (first < 0 || answer < 0) {
            return null;
        }
        int protocol = protocol(first);
        Endpoint source = endpoint(first, true);
        Endpoint destination = endpoint(first, false);
        Endpoint answerSource = endpoint(answer, true);
        Endpoint answerDestination = endpoint(answer, false);
        if (source == null
                || destination == null
                || answerSource == null
                || answerDestination == null
                || (protocol != TCP && protocol != UDP)) {
            return null;
        }
        int state = protocol == TCP ? state(start + HEADERS_BYTES, end) : 0;
        return new Tracked(
                protocol == UDP, state, source, destination, answerSource, answerDestination);
    }

    private int protocol(int tuple) {
        int number = within(Conntrack.PROTO_NUMBER, within(Conntrack.TUPLE_PROTO, tuple));
        return number < 0 ? 0 : bytes.get(number + ATTRIBUTE_BYTES) & 0xff;
    }

    private @Nullable Endpoint endpoint(int tuple, boolean source) {
        int ip = within(Conntrack.TUPLE_IP, tuple);
        int four = within(source ? Conntrack.IP4_SOURCE : Conntrack.IP4_DESTINATION, ip);
        int six = within(source ? Conntrack.IP6_SOURCE : Conntrack.IP6_DESTINATION, ip);
        int address = four < 0 ? six : four;
        int port =
                within(
                        source ? Conntrack.PROTO_SOURCE : Conntrack.PROTO_DESTINATION,
                        within(Conntrack.TUPLE_PROTO, tuple));
        if (address < 0 || port < 0) {
            return null;
        }
        byte[] value = new byte[address == six ? 16 : 4];
        bytes.get(address + ATTRIBUTE_BYTES, value);
        int high = bytes.get(port + ATTRIBUTE_BYTES) & 0xff;
        int low = bytes.get(port + ATTRIBUTE_BYTES + 1) & 0xff;
        return Endpoint.of(value, (high << Byte.SIZE) | low);
    }

    private int state(int from, int end) {
        int tcp = within(Conntrack.PROTOINFO_TCP, find(Conntrack.PROTOINFO, from, end));
        int state = within(Conntrack.TCP_STATE, tcp);
        return state < 0 ? 0 : bytes.get(state + ATTRIBUTE_BYTES) & 0xff;
    }

    private int within(int type, int nest) {
        return NetlinkAttributes.within(bytes, type, nest);
    }

    private int find(int type, int from, int end) {
        return NetlinkAttributes.find(bytes, type, from, end);
    }
}
