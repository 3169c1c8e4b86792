package proa.node.health.dialogue;

import java.util.HexFormat;

/** An anonymous simple bind of LDAP version 3 (RFC 4511 §4.2); it leaves with an unbind. */
final class LdapDialogue implements Dialogue {

    private static final byte[] BIND = HexFormat.of().parseHex("300c020101600702010304008000");
    private static final byte[] UNBIND = HexFormat.of().parseHex("30050201024200");

    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIND_RESPONSE = 0x61;
    private static final int ENUMERATED = 0x0a;
    private static final int LENGTH_BYTES_MAX = 4;
    private static final int MESSAGE_BYTES_MAX = 16 << 10;

    @Override
    public int bytesMax() {
        return MESSAGE_BYTES_MAX;
    }

    @Override
    public Turn begin() {
        return new Turn.Say(BIND);
    }

    @Override
    public Turn next(Received received) {
        Reader reader = new Reader(received);
        boolean opened =
                reader.open(SEQUENCE) && reader.skip(INTEGER) && reader.open(BIND_RESPONSE);
        int result = opened && reader.open(ENUMERATED) ? reader.octet() : -1;
        if (reader.strange) {
            return new Turn.Failed("the answer is not LDAP");
        }
        if (result < 0) {
            return MORE;
        }
        return result == 0
                ? new Turn.Passed(UNBIND)
                : new Turn.Failed("the bind ends with result " + result);
    }

    /** Tags and lengths of BER, one after another. */
    private static final class Reader {
        private final Received received;
        private int at;
        private boolean strange;

        Reader(Received received) {
            this.received = received;
        }

        /** Goes into an element; false: it is another one, or not whole yet. */
        boolean open(int tag) {
            return length(tag) >= 0;
        }

        /** Goes past an element. */
        boolean skip(int tag) {
            int length = length(tag);
            at += Math.max(0, length);
            return length >= 0;
        }

        /** The next byte of a value, or -1. */
        int octet() {
            return at < received.length() ? received.at(at++) : -1;
        }

        /** The length of the element here, or -1. */
        private int length(int tag) {
            int found = octet();
            strange |= found >= 0 && found != tag;
            int length = found == tag ? octet() : -1;
            if (length < 0x80) {
                return length;
            }
            int bytes = length & 0x7f;
            strange |= bytes == 0 || bytes > LENGTH_BYTES_MAX;
            length = 0;
            for (int count = 0; count < bytes && length >= 0 && !strange; count++) {
                int next = octet();
                length = next < 0 ? -1 : length << 8 | next;
            }
            strange |= length > MESSAGE_BYTES_MAX;
            return strange ? -1 : length;
        }
    }
}
