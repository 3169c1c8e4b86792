package proa.vip.linux;

import java.nio.ByteBuffer;

/** Finds attributes in a netlink message that has been received. Stateless. */
final class NetlinkAttributes {

    /** What stands before an attribute's value. */
    static final int HEADER_BYTES = 4;

    private static final int TYPE_MASK = 0x3fff;

    private NetlinkAttributes() {}

    /** Where an attribute inside another begins; −1: it is not there. */
    static int within(ByteBuffer bytes, int type, int nest) {
        return nest < 0 ? -1 : find(bytes, type, nest + HEADER_BYTES, end(bytes, nest));
    }

    /** Where an attribute between two places begins; −1: it is not there. */
    static int find(ByteBuffer bytes, int type, int from, int end) {
        int at = from;
        while (at + HEADER_BYTES <= end) {
            if ((bytes.getShort(at + Short.BYTES) & TYPE_MASK) == type) {
                return end(bytes, at) <= end ? at : -1;
            }
            at = next(bytes, at);
        }
        return -1;
    }

    /** Where an attribute ends. */
    static int end(ByteBuffer bytes, int attribute) {
        return attribute + (bytes.getShort(attribute) & 0xffff);
    }

    /** Where the attribute behind another begins. */
    static int next(ByteBuffer bytes, int attribute) {
        int length = bytes.getShort(attribute) & 0xffff;
        return attribute + Math.max(HEADER_BYTES, (length + 3) & ~3);
    }
}
