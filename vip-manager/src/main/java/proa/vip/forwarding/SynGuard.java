package proa.vip.forwarding;

import proa.config.SynProxy;

import java.util.List;

/**
 * The rules of {@code syn-proxy}: the kernel answers the beginnings of connections by cookies, and
 * begins a connection to a server when a client has returned one.
 *
 * <pre>
 * chain syn    prerouting, raw:     VIP, port, SYN  untracked
 * chain guard  input:               VIP, port       synproxy: answers a SYN; takes a cookie and sends the server's SYN
 * chain begin  nat output:          that SYN        mark := hash(client) ; dnat to f_NAME[mark]
 * chain sent   output:              counted; dropped, if there is no server
 * </pre>
 *
 * <p>Nothing is translated before a connection is there, so beginnings and cookies come to the
 * host's own input. An acknowledgement of nobody's is tried as a cookie there, whatever connection
 * tracking makes of it, so that its settings, which other frontends need as they are, stay. The
 * numbers of the two halves of such a connection differ, and only this kernel knows by how much: no
 * other node can go on with it. Stateless.
 */
final class SynGuard {

    /** Made and removed in one transaction: whether the kernel knows all of it. */
    static final String PROBE =
            """
            table ip proa_probe {
              chain syn { type filter hook prerouting priority -300; tcp dport 1 notrack; }
              chain guard { type filter hook input priority 0; tcp dport 1 synproxy mss 1440 wscale 7 timestamp sack-perm; }
            }
            delete table ip proa_probe
            """;

    private static final String BEGINNING = "tcp flags & (fin | syn | rst | ack) == syn";

    private SynGuard() {}

    /** A SYN, before anything is remembered of it. */
    static String untracked(String target) {
        return target + " " + BEGINNING + " notrack";
    }

    /** What this host itself sends to its own address is the SYN that found no server. */
    static List<String> guarded(String target, SynProxy proxy) {
        return List.of(
                target
                        + " iifname != \"lo\" ct state new,invalid,untracked synproxy mss "
                        + proxy.mss()
                        + " wscale "
                        + proxy.windowScale()
                        + " timestamp sack-perm",
                target + " drop");
    }

    /**
     * Behind the translation.
     *
     * @param begun matches a server, and counts
     */
    static List<String> sent(String target, String begun) {
        return List.of(target + " drop", "ct state new " + begun);
    }

    /**
     * What is forwarded: packets of connections that are followed here. A server that goes on with
     * one of another node's is told that it is over; what it answers to a node itself passes.
     *
     * @param beyond matches what does not go to a node; empty: everything
     */
    static List<String> passed(String to, String from, String beyond) {
        return List.of(
                "ct state established " + to + " accept",
                "ct state established " + from + " accept",
                beyond + from + " reject with tcp reset",
                from + " accept");
    }
}
