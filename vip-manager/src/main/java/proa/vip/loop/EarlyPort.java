package proa.vip.loop;

import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.vip.linux.TunDevice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where the death of this process is told at once: the port after the mesh's, unless the file gives
 * that to somebody else or somebody else has it. Used by one thread.
 */
final class EarlyPort {

    private static final int PORT_MAX = 65_535;

    private final int number;
    private final boolean free;
    private boolean open;

    private EarlyPort(int number, boolean free) {
        this.number = number;
        this.free = free;
    }

    /** Which port that is, and whether the file leaves it free. */
    static EarlyPort of(ProaConfig config) {
        int number = config.cluster().ports().mesh() + 1;
        boolean free = number <= PORT_MAX && taken(config).noneMatch(port -> port == number);
        return new EarlyPort(number, free);
    }

    private static IntStream taken(ProaConfig config) {
        ClusterConfig.Ports ports = config.cluster().ports();
        IntStream members =
                IntStream.of(
                        ports.members(),
                        ports.members() + ClusterConfig.Ports.DETECTION_OFFSET,
                        ports.sessions(),
                        ports.engine());
        IntStream frontends =
                config.frontends().stream()
                        .map(FrontendConfig::bind)
                        .flatMap(
                                bind ->
                                        bind instanceof FrontendConfig.Bind.Fixed fixed
                                                ? Stream.of(fixed.port())
                                                : Stream.empty())
                        .mapToInt(Integer::intValue);
        IntStream admin = config.admin().stream().mapToInt(console -> console.address().getPort());
        return IntStream.concat(members, IntStream.concat(frontends, admin));
    }

    /** Makes the device, beside a listener at this port if that is possible. */
    TunDevice open(InetAddress own, Journal journal) throws IOException {
        if (!free) {
            warn(journal, "the file needs it for something else");
            return TunDevice.open();
        }
        try {
            TunDevice device = TunDevice.openWith(new InetSocketAddress(own, number));
            open = true;
            return device;
        } catch (IOException e) {
            TunDevice device = TunDevice.open(); // what the other could not do either is told first
            warn(journal, String.valueOf(e.getMessage()));
            return device;
        }
    }

    private void warn(Journal journal, String why) {
        journal.warn(
                "port "
                        + number
                        + " (`ports.mesh` + 1) does not tell of a death of this vipd: "
                        + why
                        + "; the mesh tells of it some 10 ms later");
    }

    /** The port that is open; 0: none. */
    int port() {
        return open ? number : 0;
    }
}
