package proa.node.cli;

import proa.config.AdminConfig;
import proa.config.ClusterConfig;
import proa.config.EarlyNotice;
import proa.config.ProaConfig;
import proa.node.admin.JsonReader;
import proa.node.cli.ListeningSockets.Socket;
import proa.node.cli.ListeningSockets.Transport;
import proa.node.cli.LocalSockets.Answer;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Where the node that runs here listens, so that its file may have it listen there again. */
final class OwnSockets {

    private OwnSockets() {}

    /**
     * What the node of a run directory has; empty: it does not answer.
     *
     * @param config what is to be in use; ports of the cluster change at a restart only
     */
    static List<Socket> of(Path directory, ProaConfig config, String self) {
        return NodeClient.status(directory) instanceof Answer.Document(String json)
                        && JsonReader.read(json) instanceof Map<?, ?> status
                ? of(status, config, self)
                : List.of();
    }

    static List<Socket> of(Map<?, ?> status, ProaConfig config, String self) {
        List<Socket> own = new ArrayList<>();
        if (status.get("frontends") instanceof List<?> frontends) {
            for (Object each : frontends) {
                if (each instanceof Map<?, ?> frontend
                        && Boolean.TRUE.equals(frontend.get("bound"))
                        && frontend.get("address") instanceof String address) {
                    boolean datagrams = "UDP".equals(frontend.get("mode"));
                    own.add(socket(datagrams ? Transport.UDP : Transport.TCP, address));
                }
            }
        }
        config.cluster()
                .node(self)
                .ifPresent(
                        node ->
                                ports(config.cluster().ports())
                                        .mapToObj(port -> tcp(node.address(), port))
                                        .forEach(own::add));
        config.admin()
                .map(AdminConfig::address)
                .map(admin -> tcp(admin.getAddress(), admin.getPort()))
                .ifPresent(own::add);
        return own;
    }

    private static IntStream ports(ClusterConfig.Ports ports) {
        return IntStream.of(
                ports.members(),
                ports.members() + ClusterConfig.Ports.DETECTION_OFFSET,
                ports.sessions(),
                ports.mesh(),
                EarlyNotice.port(ports));
    }

    private static Socket tcp(InetAddress address, int port) {
        return new Socket(Transport.TCP, address, port);
    }

    /** An address as the status has it: {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
    private static Socket socket(Transport transport, String text) {
        int colon = text.lastIndexOf(':');
        String address = text.substring(0, colon).replaceAll("[\\[\\]]", "");
        int port = Integer.parseInt(text.substring(colon + 1));
        return new Socket(transport, InetAddress.ofLiteral(address), port);
    }
}
