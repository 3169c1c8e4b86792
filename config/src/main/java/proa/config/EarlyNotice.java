package proa.config;

import proa.config.FrontendConfig.Bind;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the death of a vipd is told at once: the port after the mesh's, on the member's address.
 */
public final class EarlyNotice {

    private static final int PORT_MAX = 65_535;

    private EarlyNotice() {}

    /** The number of that port; above 65535 there is none. */
    public static int port(ClusterConfig.Ports ports) {
        return ports.mesh() + 1;
    }

    /**
     * Which key of the file keeps vipd from that port, because it gives the port to somebody else,
     * or because there is none; empty: none does.
     *
     * @param own the address of the member
     */
    public static Optional<String> obstacle(ProaConfig config, InetAddress own) {
        int port = port(config.cluster().ports());
        if (port > PORT_MAX) {
            return Optional.of("cluster.ports.mesh");
        }
        return Stream.of(
                        cluster(config.cluster().ports(), port),
                        frontends(config, own, port),
                        admin(config, own, port))
                .flatMap(keys -> keys)
                .findFirst();
    }

    private static Stream<String> cluster(ClusterConfig.Ports ports, int port) {
        if (ports.sessions() == port) {
            return Stream.of("cluster.ports.sessions");
        }
        if (ports.engine() == port) {
            return Stream.of("cluster.ports.engine");
        }
        return List.of(ports.members(), ports.members() + ClusterConfig.Ports.DETECTION_OFFSET)
                        .contains(port)
                ? Stream.of("cluster.ports.members")
                : Stream.empty();
    }

    private static Stream<String> frontends(ProaConfig config, InetAddress own, int port) {
        return config.frontends().stream()
                .filter(frontend -> frontend.mode() != FrontendConfig.Mode.UDP)
                .filter(
                        frontend ->
                                frontend.bind() instanceof Bind.Fixed(InetAddress at, int number)
                                        && number == port
                                        && meets(at, own))
                .map(frontend -> "frontends." + frontend.name() + ".bind.port");
    }

    private static Stream<String> admin(ProaConfig config, InetAddress own, int port) {
        return config.admin().stream()
                .map(AdminConfig::address)
                .filter(at -> at.getPort() == port && meets(at.getAddress(), own))
                .map(_ -> "admin.listen");
    }

    private static boolean meets(InetAddress listens, InetAddress own) {
        return listens.isAnyLocalAddress() || listens.equals(own);
    }
}
