package proa.vip.vrrp;

import java.net.InetAddress;
import java.util.List;

/** The addresses of an advertisement beside those of the file (RFC 9568 §7.1). Stateless. */
final class AddressList {

    private AddressList() {}

    /**
     * Whether an advertisement is of other addresses than this node's file has for the group in
     * that family. The order is free, and so are link-local addresses, which other routers name
     * first and ours never do.
     *
     * @param ours of both families
     * @param theirs of one family, at least one
     */
    static boolean differs(List<InetAddress> ours, List<InetAddress> theirs) {
        Class<? extends InetAddress> family = theirs.getFirst().getClass();
        for (InetAddress address : ours) {
            if (address.getClass() == family && !theirs.contains(address)) {
                return true;
            }
        }
        for (InetAddress address : theirs) {
            if (!address.isLinkLocalAddress() && !ours.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
