package proa.node.hello;

import proa.node.hello.Hello.Partial;
import proa.node.hello.Hello.Refused;
import proa.node.hello.Hello.Whole;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads a ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2) out of the records it comes in (RFC 8446
 * §5.1), one or several. Strict: every length must add up.
 */
public final class ClientHello {

    /** Longest ClientHello taken; those with post-quantum keys have about 2 KiB. */
    public static final int MESSAGE_BYTES_MAX = 16 << 10;

    /** A message may be spread over as many records; more is only done to keep us busy. */
    public static final int RECORDS_MAX = 16;

    private static final int RECORD_HEAD = 5;

    /** With every head, and what may follow in the last record. */
    public static final int BYTES_MAX = 2 * MESSAGE_BYTES_MAX + RECORDS_MAX * RECORD_HEAD;

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEAD = 4;
    private static final int FRAGMENT_BYTES_MAX = 1 << 14;
    private static final int RANDOM_BYTES = 32;
    private static final int SESSION_ID_BYTES_MAX = 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int EXTENSIONS_MAX = 128;

    private ClientHello() {}

    /** Reads {@code length} bytes, the first of a connection. */
    public static Hello read(byte[] bytes, int length) {
        byte[] message = new byte[0];
        int at = 0;
        for (int record = 0; record < RECORDS_MAX; record++) {
            if (length > at && bytes[at] != HANDSHAKE) {
                return new Refused("not TLS");
            }
            if (length < at + RECORD_HEAD) {
                return new Partial(at + RECORD_HEAD);
            }
            int size = number(bytes, at + 3, 2);
            if (bytes[at + 1] != 3 || size == 0 || size > FRAGMENT_BYTES_MAX) {
                return new Refused("not a record of TLS");
            }
            int from = at + RECORD_HEAD;
            at = from + size;
            int there = Math.min(length, at);
            message = append(message, bytes, from, there);
            Hello hello = message(message, at - there);
            if (!(hello instanceof Partial)) {
                return hello;
            }
            if (length < at) {
                return new Partial(at);
            }
        }
        return new Refused("a ClientHello in more than " + RECORDS_MAX + " records");
    }

    private static byte[] append(byte[] message, byte[] bytes, int from, int to) {
        byte[] longer = Arrays.copyOf(message, message.length + to - from);
        System.arraycopy(bytes, from, longer, message.length, to - from);
        return longer;
    }

    private static int number(byte[] bytes, int at, int size) {
        int value = 0;
        for (int byteAt = at; byteAt < at + size; byteAt++) {
            value = value << 8 | bytes[byteAt] & 0xff;
        }
        return value;
    }

    /**
     * Reads what is there of the message.
     *
     * @param toCome bytes of the record that are not there yet: what they are known to be too many
     *     for is refused now as later
     */
    private static Hello message(byte[] message, int toCome) {
        if (message.length > 0 && message[0] != CLIENT_HELLO) {
            return new Refused("not a ClientHello");
        }
        if (message.length < MESSAGE_HEAD) {
            return new Partial(0);
        }
        int size = number(message, 1, 3);
        if (size > MESSAGE_BYTES_MAX) {
            return new Refused("a ClientHello of " + size + " bytes");
        }
        int end = MESSAGE_HEAD + size;
        if (message.length + toCome > end) {
            return new Refused("bytes behind the ClientHello");
        }
        return message.length < end ? new Partial(0) : new Body(message).read();
    }

    /** One whole message, read from front to back. */
    private static final class Body {

        private final byte[] bytes;
        private int at = MESSAGE_HEAD;
        private int end;
        private boolean broken;

        private Body(byte[] bytes) {
            this.bytes = bytes;
            this.end = bytes.length;
        }

        private int take(int size) {
            if (broken || at + size > end) {
                broken = true;
                return 0;
            }
            at += size;
            return number(bytes, at - size, size);
        }

        private void skip(int size) {
            broken = broken || at + size > end;
            at += broken ? 0 : size;
        }

        private Hello read() {
            int major = take(1);
            skip(1 + RANDOM_BYTES);
            int session = take(1);
            skip(session);
            int suites = take(2);
            skip(suites);
            int compressions = take(1);
            skip(compressions);
            boolean odd =
                    major != 3
                            || session > SESSION_ID_BYTES_MAX
                            || suites < 2
                            || suites % 2 != 0
                            || compressions < 1;
            if (broken || odd) {
                return new Refused("a malformed ClientHello");
            }
            return at == end ? new Whole("") : extensions();
        }

        private Hello extensions() {
            int total = take(2);
            if (broken || at + total != end) {
                return new Refused("extensions of a length that does not add up");
            }
            Hello found = new Whole("");
            boolean named = false;
            for (int count = 0; at < end; count++) {
                int type = take(2);
                int size = take(2);
                int from = at;
                skip(size);
                if (broken || count == EXTENSIONS_MAX || (type == SERVER_NAME && named)) {
                    return new Refused("malformed extensions");
                }
                if (type == SERVER_NAME) {
                    named = true;
                    found = serverName(from, size);
                }
            }
            return found;
        }

        /** RFC 6066 §3: a list in which each kind of name is there once; there is one kind. */
        private Hello serverName(int from, int size) {
            int length = size < 5 ? 0 : number(bytes, from + 3, 2);
            boolean fits =
                    length > 0
                            && length <= 255
                            && size == 5 + length
                            && number(bytes, from, 2) == size - 2
                            && bytes[from + 2] == HOST_NAME;
            for (int each = from + 5; fits && each < from + size; each++) {
                fits = isOfHostName(bytes[each]);
            }
            return fits
                    ? new Whole(
                            new String(bytes, from + 5, length, StandardCharsets.US_ASCII)
                                    .toLowerCase(Locale.ROOT))
                    : new Refused("a malformed server name");
        }

        private static boolean isOfHostName(byte letter) {
            return letter >= 'a' && letter <= 'z'
                    || letter >= 'A' && letter <= 'Z'
                    || letter >= '0' && letter <= '9'
                    || letter == '.'
                    || letter == '-'
                    || letter == '_'
                    || letter == ':'; // an address of IPv6, which some send all the same
        }
    }
}
