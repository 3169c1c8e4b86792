package proa.node.cli;

import proa.node.admin.JsonReader;
import proa.node.cli.ListeningSockets.Socket;
import proa.node.cli.ListeningSockets.Transport;
import proa.node.cli.LocalSockets.Answer;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the node that runs here listens, so that its file may have it listen there again: as it
 * runs, for where its file has it listen anew somebody else may be.
 */
final class OwnSockets {

    private OwnSockets() {}

    /** What the node of a run directory has, as it says itself; empty: it does not answer. */
    static List<Socket> of(Path directory) {
        return NodeClient.status(directory) instanceof Answer.Document(String json)
                        && JsonReader.read(json) instanceof Map<?, ?> status
                ? of(status)
                : List.of();
    }

    /** A node of an earlier version does not say what it has besides its frontends. */
    static List<Socket> of(Map<?, ?> status) {
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
        if (status.get("sockets") instanceof List<?> sockets) {
            for (Object each : sockets) {
                if (each instanceof String address) {
                    own.add(socket(Transport.TCP, address));
                }
            }
        }
        return own;
    }

    /** An address as the status has it: {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
    private static Socket socket(Transport transport, String text) {
        int colon = text.lastIndexOf(':');
        String address = text.substring(0, colon).replaceAll("[\\[\\]]", "");
        int port = Integer.parseInt(text.substring(colon + 1));
        return new Socket(transport, InetAddress.ofLiteral(address), port);
    }
}
