package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.admin.Level;
import proa.node.cli.NodeCommands;
import proa.testing.Ports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table whose keys are texts, asked of on a node's sockets by the texts themselves. */
class TextTableTest {

    @TempDir private Path folder;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final int port = Ports.free();
    private NodeRuntime node;

    @BeforeEach
    void start() throws Exception {
        ShopServer shop = new ShopServer("one", 0);
        opened.add(shop);
        String text =
                """
                schema = 1
                cluster {
                  name = test, insecure = true
                  nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
                }
                tables {
                  visitors {
                    key = text, expire = 30m, entries = 1k
                    count { requests { rate-over = 1m } }
                  }
                }
                frontends {
                  http {
                    bind { address = "127.0.0.1", port = %d }, mode = http, backend = shop
                    rules = [ { track = visitors, by { cookie = SID } } ]
                  }
                }
                backends {
                  shop {
                    sticky { table = visitors, by { cookie = SID } }
                    servers = [ { name = web, address = "127.0.0.1:%d" } ]
                  }
                }
                """
                        .formatted(port, shop.address().getPort());
        node =
                LoneNode.start(
                        folder,
                        text,
                        Optional.of(new Setup.Stats(folder.resolve("stats.sock"), Level.OPERATE)));
        opened.add(node);
        Await.until("probed", () -> !node.lacking().contains(Readiness.UNPROBED));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    private NodeCommands.Done proa(String... arguments) {
        return NodeCommands.run(folder, arguments);
    }

    @Test
    void whatSticksAndWhatIsCountedAreFoundAndClearedByTheText() throws Exception {
        assertThat(HttpOnce.get(port, "SID=anna")).contains("200 OK");
        assertThat(HttpOnce.get(port, "SID=bert")).contains("200 OK");

        assertThat(proa("table", "visitors", "anna").out())
                .contains("found: true", "server: web", "writer: lb1", "recent: 1");
        assertThat(NodeSocket.ask(folder, "/tables/visitors/entry?key=anna"))
                .contains("\"found\":true,\"server\":\"web\",\"writer\":\"lb1\"");
        assertThat(proa("table", "visitors", "carl").out())
                .contains("found: false")
                .doesNotContain("server:");

        assertThat(proa("table", "visitors", "anna", "--clear").out()).contains("cleared: true");
        assertThat(proa("table", "visitors", "anna").out())
                .contains("found: false")
                .doesNotContain("server:", "recent:");
        assertThat(proa("table", "visitors", "anna", "--clear").out()).contains("cleared: false");
        assertThat(proa("table", "visitors", "bert").out()).contains("server: web", "recent: 1");
    }

    @Test
    void theirSocketFindsWhatSticksToo() throws Exception {
        assertThat(HttpOnce.get(port, "SID=anna")).contains("200 OK");
        String show = "show table visitors key anna";
        Path stats = folder.resolve("stats.sock");
        assertThat(HaproxyClient.ask(stats, show)).contains("key=anna ", "server_key=web");
        assertThat(HaproxyClient.ask(stats, "clear table visitors key anna")).isEqualTo("\n");
        assertThat(HaproxyClient.ask(stats, show)).doesNotContain("server_key=web");
    }
}
