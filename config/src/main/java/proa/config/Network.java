package proa.config;

import java.net.InetAddress;

/**
 * An IPv4 or IPv6 network in CIDR notation.
 *
 * @param address its first address; bits beyond the prefix are zero
 * @param prefixLength 0 to 32 or 0 to 128
 */
public record Network(InetAddress address, int prefixLength) {

    public Network {
        int bits = address.getAddress().length * 8;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " is not 0 to " + bits);
        }
    }

    /** Whether the address lies in this network; one of the other family never does. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int at = 0; at < whole; at++) {
            if (mine[at] != theirs[at]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        int mask = rest == 0 ? 0 : 0xff << (8 - rest);
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & mask & 0xff) == 0;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
