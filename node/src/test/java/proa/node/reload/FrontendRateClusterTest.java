package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.testing.Ports;

import java.io.IOException;
import java.nio.file.Path;

/** What a frontend is asked over all nodes: two whole nodes, members over mutual TLS. */
class FrontendRateClusterTest {

    /** In the hour that is counted: nothing leaves the window meanwhile. */
    private static final int LIMIT = 40;

    @TempDir private Path folder;
    private NodePair pair;
    private ShopServer shop;
    private int first;
    private int second;

    @BeforeEach
    void start() throws Exception {
        shop = new ShopServer("one", 0);
        pair = new NodePair(folder);
        NodeRuntime here = pair.start("lb1", carried());
        NodeRuntime there = pair.start("lb2", carried());
        first = here.address("http").getPort();
        second = there.address("http").getPort();
        Await.until("together", () -> here.lacking().isEmpty() && there.lacking().isEmpty());
    }

    @AfterEach
    void close() {
        pair.close();
        shop.close();
    }

    private String carried() {
        return """
        tables {
          all { key = text, expire = 2h, entries = 1k, count { requests { rate-over = 1h } } }
        }
        frontends {
          http {
            bind { address = "127.0.0.1", port = %d }, mode = http, backend = shop
            rules = [ { limit { table = all, to = %d }, by { constant = shop } } ]
          }
        }
        backends { shop { servers = [ { name = web, address = "127.0.0.1:%d" } ] } }
        """
                .formatted(Ports.free(), LIMIT, shop.address().getPort());
    }

    /** Asks so many times, and is served each time. */
    private static void served(int port, int requests) throws IOException {
        for (int request = 0; request < requests; request++) {
            assertThat(HttpOnce.get(port, "")).startsWith("HTTP/1.1 200 ");
        }
    }

    private static void refused(int port) throws IOException {
        assertThat(HttpOnce.get(port, "")).startsWith("HTTP/1.1 429 ");
    }

    private void knows(String node, int requests) throws Exception {
        Await.until(
                node + " has heard of " + requests,
                () ->
                        NodeSocket.ask(pair.run(node), "/tables/all/entry?key=shop")
                                .contains("\"rate\":" + requests + ","));
    }

    @Test
    void bothNodesTogetherServeWhatTheFrontendMayAndNoMore() throws Exception {
        served(first, LIMIT / 2);
        knows("lb2", LIMIT / 2);
        served(second, LIMIT / 2);
        refused(second);
        knows("lb1", LIMIT);
        refused(first);
        assertThat(shop.requests).hasValue(LIMIT);
    }
}
