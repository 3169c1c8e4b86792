package proa.vip.packet;

import java.net.InetAddress;
import java.util.List;

/**
 * One VRRP version 3 advertisement, RFC 9568 §5.2.
 *
 * @param vrid virtual router, 1 to 255
 * @param priority 0 gives the router up, 255 is the address owner's
 * @param intervalCentis the sender's advertisement interval in centiseconds, 1 to 4095
 * @param addresses the virtual addresses, 1 to 255, one family
 */
public record VrrpAdvert(int vrid, int priority, int intervalCentis, List<InetAddress> addresses) {

    /** Largest interval the 12-bit field holds, in centiseconds. */
    public static final int INTERVAL_CENTIS_MAX = 0xfff;

    /** Largest number of addresses the count field holds. */
    public static final int ADDRESSES_MAX = 255;

    public VrrpAdvert {
        addresses = List.copyOf(addresses);
        if (vrid < 1 || vrid > 255 || priority < 0 || priority > 255) {
            throw new IllegalArgumentException(
                    "vrid 1 to 255 and priority 0 to 255, not " + vrid + ", " + priority);
        }
        if (intervalCentis < 1 || intervalCentis > INTERVAL_CENTIS_MAX) {
            throw new IllegalArgumentException(
                    "interval 1 to 4095 centiseconds, not " + intervalCentis);
        }
        if (addresses.isEmpty()
                || addresses.size() > ADDRESSES_MAX
                || addresses.stream().map(InetAddress::getClass).distinct().count() > 1) {
            throw new IllegalArgumentException(
                    "1 to 255 addresses of one family, not " + addresses);
        }
    }

    /** The addresses of the family of the first one: what one advertisement can carry. */
    public static List<InetAddress> oneFamily(List<InetAddress> addresses) {
        return addresses.stream()
                .filter(address -> address.getClass() == addresses.getFirst().getClass())
                .toList();
    }
}
