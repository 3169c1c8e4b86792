package proa.chaos.bench.l4;

import java.util.Arrays;
import java.util.Optional;

/** How a client's connection gets to a server. */
enum Way {
    /** No balancer. */
    DIRECT("direct", L4Lab.NEAR, L4Lab.PORT),
    /** HAProxy in mode tcp, spliced. */
    HAPROXY("haproxy", L4Lab.HAPROXY, L4Lab.PORT),
    /** The node ends the client's connection. */
    PROXY("proxy", L4Lab.VIP, 7201),
    /** The same for long streams. */
    BULK("bulk", L4Lab.VIP, 7202),
    NAT("nat", L4Lab.VIP, 7203),
    STATELESS("stateless", L4Lab.VIP, 7204),
    DSR("dsr", L4Lab.VIP, 7205);

    private final String label;
    private final String address;
    private final int port;

    Way(String label, String address, int port) {
        this.label = label;
        this.address = address;
        this.port = port;
    }

    static Optional<Way> named(String label) {
        return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
    }

    /** As it is called on the command line and in reports. */
    String label() {
        return label;
    }

    /** Where clients connect to. */
    String address() {
        return address;
    }

    int port() {
        return port;
    }

    /** Whether connections are promised to outlive the owner of the address. */
    boolean survives() {
        return this == NAT || this == STATELESS || this == DSR;
    }
}
