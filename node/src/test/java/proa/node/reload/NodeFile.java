package proa.node.reload;

import proa.testing.Ports;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The configuration file of a node on loopback, written anew for each reload. */
final class NodeFile {

    private final Path path;
    final int httpPort;
    final int morePort;
    final int echoPort;
    private final List<InetSocketAddress> shops;
    private final InetSocketAddress echo;

    NodeFile(Path path, List<InetSocketAddress> shops, InetSocketAddress echo) throws IOException {
        this.path = path;
        this.shops = List.copyOf(shops);
        this.echo = echo;
        httpPort = Ports.free();
        morePort = Ports.free();
        echoPort = Ports.free();
    }

    Path path() {
        return path;
    }

    /**
     * Frontends {@code http} and {@code echo}; a backend of the first so many shops, with a patient
     * check: on a busy machine a probe may wait for some seconds, and that is no failure.
     */
    String text(int servers, int weight) {
        StringBuilder list = new StringBuilder();
        for (int at = 0; at < servers; at++) {
            list.append(
                    "      { name = s%d, address = \"127.0.0.1:%d\", weight = %d }%n"
                            .formatted(at, shops.get(at).getPort(), at == 0 ? weight : 1));
        }
        return """
        schema = 1
        cluster {
          name = test
          insecure = true
          nodes {
            lb1 { id = 1, addresses = ["127.0.0.1"] }
            lb2 { id = 2, addresses = ["127.0.0.2"] }
          }
        }
        tables {
          clients { key = src, expire = 30m, entries = 1k }
        }
        frontends {
          http {
            bind { address = "127.0.0.1", port = %d }, mode = http
            rules = [ { set-response-header { X-Weight = "%d" } } ]
            backend = shop
          }
          echo { bind { address = "127.0.0.1", port = %d }, mode = tcp, backend = echo }
        }
        backends {
          shop {
            sticky { cookie { name = SERVERID, insert = true } }
            check { http { get = "/health", expect-status = 200 }, every = 5s, fast = 500ms, timeout = 5s, fall = 2 }
            servers = [
        %s    ]
          }
          echo { sticky { table = clients }, servers = [ { name = e, address = "127.0.0.1:%d" } ] }
        }
        """
                .formatted(httpPort, weight, echoPort, list, echo.getPort());
    }

    /** The same, with another frontend. */
    String withMore(String text) {
        return text.replace(
                "  echo { bind",
                "  more { bind { address = \"127.0.0.1\", port = %d }, mode = http, backend = shop }%n"
                                .formatted(morePort)
                        + "  echo { bind");
    }

    void write(String text) throws IOException {
        Files.writeString(path, text);
    }
}
