package proa.node.listener;

import proa.config.spread.Hash64;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Comparator;

/**
 * A sender of datagrams, as sessions are found by. Anybody can choose addresses and ports whose
 * {@link InetSocketAddress#hashCode} is the same, which is their sum, and a map would look at all
 * of them for each datagram. This hash needs a number that nobody outside knows; and where hashes
 * are the same all the same, a map finds what can be compared in a tree.
 *
 * @param high the first half of an IPv6 address
 * @param low the second half, or an IPv4 address
 */
record ClientKey(long high, long low, int port) implements Comparable<ClientKey> {

    private static final long SEED = new SecureRandom().nextLong();

    private static final Comparator<ClientKey> ORDER =
            Comparator.comparingLong(ClientKey::high)
                    .thenComparingLong(ClientKey::low)
                    .thenComparingInt(ClientKey::port);

    static ClientKey of(InetSocketAddress client) {
        ByteBuffer address = ByteBuffer.wrap(client.getAddress().getAddress());
        return address.remaining() == Integer.BYTES
                ? new ClientKey(0, address.getInt(), client.getPort())
                : new ClientKey(address.getLong(), address.getLong(), client.getPort());
    }

    @Override
    public int compareTo(ClientKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public int hashCode() {
        long address = Hash64.mix(low ^ Hash64.mix(high ^ SEED));
        return (int) Hash64.mix(port ^ address);
    }
}
