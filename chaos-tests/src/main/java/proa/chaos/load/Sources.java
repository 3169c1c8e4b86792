package proa.chaos.load;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Consecutive IPv4 addresses of this host that clients connect from, so that one process is many
 * clients.
 *
 * @param first the first address; empty: this machine's own, always
 * @param count how many
 */
public record Sources(String first, int count) {

    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

    public Sources {
        if (count < 1) {
            throw new IllegalArgumentException("at least one source address");
        }
    }

    /** The address at an index, counted around. */
    public InetAddress at(long index) {
        if (first.isEmpty()) {
            return ANY;
        }
        int base = ByteBuffer.wrap(InetAddress.ofLiteral(first).getAddress()).getInt();
        int address = base + (int) Math.floorMod(index, (long) count);
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(address).array());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an IPv4 address", impossible);
        }
    }
}
