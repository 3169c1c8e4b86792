package proa.vip.forwarding;

import proa.config.GroupConfig.Egress;

import java.net.InetAddress;

/**
 * One address that servers route by.
 *
 * @param address the group's gateway address
 * @param device the interface it stands on here, towards the servers
 * @param egress what becomes of connections that servers begin
 * @param from the floating address they come from with {@code SNAT}, of the same family; with the
 *     other two of no meaning
 */
public record Exit(InetAddress address, String device, Egress egress, InetAddress from) {

    /** The rule that gives what servers begin its address. */
    String translation() {
        return "iifname \""
                + device
                + "\" oifname != \""
                + device
                + "\" snat to "
                + from.getHostAddress();
    }
}
