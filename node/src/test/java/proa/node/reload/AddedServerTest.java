package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.apply.OwnFile;
import proa.node.apply.VersionFiles;
import proa.testing.Ports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** A node that is given another server while it serves, by the API and with nothing on its disk. */
class AddedServerTest {

    @TempDir private Path folder;

    private final List<ShopServer> shops = new ArrayList<>();
    private String address;
    private int port;
    private NodeRuntime node;

    @BeforeEach
    void start() throws Exception {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        address = "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".1";
        port = Ports.free();
        for (int number = 0; number < 3; number++) {
            shops.add(new ShopServer("s" + number, 0));
        }
        Path file = Files.writeString(folder.resolve("proa.conf"), text(2));
        OwnFile own = new OwnFile(file, "lb1", new VersionFiles(folder.resolve("state")));
        if (!(own.read() instanceof Outcome.Ok first)) {
            throw new AssertionError(own.read());
        }
        Setup setup =
                new Setup(
                        first.config(),
                        first.hash(),
                        "lb1",
                        folder,
                        folder.resolve("state"),
                        Duration.ZERO,
                        own::read,
                        Optional.empty(),
                        Optional.of(own));
        node = NodeRuntime.start(setup, ClusterEngines.of(first.config(), "lb1"), Instant.now());
    }

    @AfterEach
    void stop() {
        node.close();
        shops.forEach(ShopServer::close);
    }

    /** A configuration with the first so many of the shops. */
    private String text(int servers) throws IOException {
        StringBuilder list = new StringBuilder();
        for (int at = 0; at < servers; at++) {
            list.append(
                    "{ name = s%d, address = \"127.0.0.1:%d\" }%n"
                            .formatted(at, shops.get(at).address().getPort()));
        }
        return """
        schema = 1
        cluster {
          name = edge, timing = lab, insecure = true, ownership = bind
          nodes { lb1 { id = 1, addresses = ["%s"] } }
        }
        frontends {
          http { bind { address = "127.0.0.1", port = %d }, mode = http, backend = shop }
        }
        backends {
          shop {
            check { http { get = "/health", expect-status = 200 }, every = 2s, fast = 500ms }
            servers = [ %s ]
          }
        }
        """
                .formatted(address, port, list);
    }

    @Test
    void whatIsPostedServesAndNoRequestIsLostNorConnectionReset() throws Exception {
        Await.until("ready", () -> node.lacking().isEmpty());
        ApiClient api = new ApiClient(node, folder);
        String anna = "anna:" + ConsoleSite.PASSWORD;
        try (SteadyClients clients = new SteadyClients()) {
            clients.http(port, 3, false);
            Await.until("load", () -> clients.requests.get() > 100);
            long posted = System.nanoTime();
            assertThat(api.post(anna, "/apply?file=next.conf", text(3)))
                    .startsWith("200 ")
                    .contains("\"applied\":true");
            Await.until("the new one serves", () -> shops.get(2).requests.get() > 10);
            System.out.printf(
                    "ten requests to a server %d ms after it was posted%n",
                    (System.nanoTime() - posted) / 1_000_000);
            int seen = clients.requests.get();
            Await.until("going on", () -> clients.requests.get() > seen + 100);
            assertThat(api.post(anna, "/apply?file=next.conf", text(2)))
                    .startsWith("200 ")
                    .contains("\"applied\":true");
            assertThat(node.generation().pools().pool("shop").servers()).hasSize(2);
            int had = clients.requests.get();
            Await.until("going on without it", () -> clients.requests.get() > had + 100);
            clients.stop();
            assertThat(clients.failures).isEmpty();
        }
    }
}
