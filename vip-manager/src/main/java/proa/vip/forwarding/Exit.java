package proa.vip.forwarding;

import proa.config.GroupConfig.Egress;
import proa.config.Network;

import java.net.InetAddress;
import java.util.List;

/**
 * One address that servers route by.
 *
 * @param group that it moves with
 * @param address the group's gateway address
 * @param device the interface it stands on here, towards the servers
 * @param networks what is reached there without a router, of the same family
 * @param egress what becomes of connections that servers begin
 * @param from the floating address they come from with {@code SNAT}, of the same family; with the
 *     other two of no meaning
 */
public record Exit(
        String group,
        InetAddress address,
        String device,
        List<Network> networks,
        Egress egress,
        InetAddress from) {

    public Exit {
        networks = List.copyOf(networks);
    }

    /** The words for what servers begin, in a rule. */
    String leaving() {
        return "iifname \"" + device + "\" oifname != \"" + device + "\"";
    }

    /** Those that give it this exit's address. */
    String translation() {
        return " snat to " + from.getHostAddress();
    }
}
