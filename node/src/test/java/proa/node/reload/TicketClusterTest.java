package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.tls.OpenSslCli;
import proa.node.tls.TestAuthority;
import proa.testing.Ports;

import java.nio.file.Path;
import java.util.List;

/** Sessions of TLS that go on at another node, without a file: two whole nodes, and openssl. */
class TicketClusterTest {

    private static final List<String> VERSIONS = List.of("-tls1_2", "-tls1_3");

    @TempDir private Path folder;
    private NodePair pair;
    private ShopServer shop;

    @BeforeEach
    void make() throws Exception {
        new TestAuthority(folder).bundle("shop.pem", "shop.example");
        shop = new ShopServer("one", 0);
        pair = new NodePair(folder);
    }

    @AfterEach
    void close() {
        pair.close();
        shop.close();
    }

    private String carried(int port, String tls, String frontend) {
        return """
        frontends {
          https {
            bind { address = "127.0.0.1", port = %d }, mode = http, backend = shop
            tls { certificate = "shop.pem" %s } %s
          }
        }
        backends { shop { servers = [ { name = web, address = "127.0.0.1:%d" } ] } }
        """
                .formatted(port, tls, frontend, shop.address().getPort());
    }

    private NodeRuntime start(String name) throws Exception {
        return pair.start(name, carried(Ports.free(), "", ""));
    }

    private String ask(NodeRuntime node, String... options) throws Exception {
        return OpenSslCli.get(folder, node.address("https"), options);
    }

    private void begin(NodeRuntime node, String name) throws Exception {
        for (String version : VERSIONS) {
            assertThat(ask(node, version, "-sess_out", name + version)).contains("New, ", "200 OK");
        }
    }

    /** Whether it is resumed, in both versions; answered it is in any case. */
    private boolean resumes(NodeRuntime node, String name) throws Exception {
        boolean all = true;
        for (String version : VERSIONS) {
            String answer = ask(node, version, "-sess_in", name + version);
            assertThat(answer).contains("200 OK");
            all &= answer.contains("Reused, ");
        }
        return all;
    }

    @Test
    void aSessionIsResumedOnTheOtherNodeAlsoAfterTheFirstIsGone() throws Exception {
        NodeRuntime first = start("lb1");
        begin(first, "before"); // made before anybody else was there
        NodeRuntime second = start("lb2");
        begin(second, "early"); // perhaps by a secret that has lost since
        Await.until("the second node knows", () -> resumes(second, "before"));
        assertThat(resumes(second, "early")).isTrue();
        Await.until("the first node knows", () -> resumes(first, "early"));
        begin(second, "second");
        assertThat(resumes(first, "second")).isTrue();
        begin(first, "first");

        pair.stop("lb1");
        assertThat(resumes(second, "first")).isTrue();
        assertThat(resumes(second, "before")).isTrue();

        NodeRuntime again = start("lb1");
        Await.until("who is back has learned it", () -> resumes(again, "first"));
        assertThat(resumes(again, "second")).isTrue();
    }

    private void reload(NodeRuntime node, int port, String tls, String frontend) throws Exception {
        pair.write("lb2", carried(port, tls, frontend));
        assertThat(node.reload("a test")).isInstanceOf(Reload.Done.class);
    }

    @Test
    void aReloadKeepsIt() throws Exception {
        NodeRuntime first = start("lb1");
        NodeRuntime second = start("lb2");
        begin(first, "first");
        Await.until("the second node knows", () -> resumes(second, "first"));
        int port = second.address("https").getPort();
        reload(second, port, "", ", limits { connections = 500 }");
        assertThat(resumes(second, "first")).isTrue();

        // What secures the frontend is made anew, twice, and has the same secret.
        reload(second, port, ", tickets { rotate = 13h }", "");
        assertThat(resumes(second, "first")).as("keys of other periods").isFalse();
        begin(second, "changed");
        assertThat(resumes(second, "changed")).isTrue();
        reload(second, port, "", "");
        assertThat(resumes(second, "first")).isTrue();
    }
}
