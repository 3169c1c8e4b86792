package proa.node.rules;

import proa.cluster.tables.TableKey;
import proa.config.Network;

import java.net.Inet4Address;
import java.util.List;

/** Networks of the configuration, ready to be compared with the numbers of addresses. Immutable. */
final class Networks {

    /** Bits in front of an IPv4 address among those of IPv6. */
    private static final int MAPPED_BITS = 96;

    private final Range[] ranges;

    private Networks(Range[] ranges) {
        this.ranges = ranges;
    }

    static Networks of(List<Network> networks) {
        return new Networks(networks.stream().map(Range::of).toArray(Range[]::new));
    }

    /** Whether one of them has that address; one of the other family never has. */
    boolean contain(TableKey address) {
        boolean ipv4 = isIpv4(address);
        for (Range range : ranges) {
            if (range.ipv4 == ipv4 && range.covers(address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIpv4(TableKey address) {
        return address.high() == 0 && address.low() >>> Integer.SIZE == 0xffff;
    }

    private record Range(TableKey first, TableKey mask, boolean ipv4) {
        static Range of(Network network) {
            boolean ipv4 = network.address() instanceof Inet4Address;
            int bits = network.prefixLength() + (ipv4 ? MAPPED_BITS : 0);
            TableKey mask = new TableKey(ones(bits), ones(bits - Long.SIZE));
            return new Range(TableKey.ofAddress(network.address()), mask, ipv4);
        }

        private static long ones(int bits) {
            return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
        }

        boolean covers(TableKey address) {
            return ((address.high() ^ first.high()) & mask.high()) == 0
                    && ((address.low() ^ first.low()) & mask.low()) == 0;
        }
    }
}
