package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.tls.TestAuthority;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Only what the configuration has is warmed up. */
class PathKindTest {

    private static final String STREAM = "bind { address = \"127.0.0.1\", port = 81 }, mode = tcp";
    private static final String HTTP = "bind { address = \"127.0.0.1\", port = 80 }, mode = http";

    @TempDir private Path directory;

    private Set<PathKind> kinds(String frontend, String backend) throws Exception {
        Path file = directory.resolve("proa.conf");
        Files.writeString(
                file,
                """
                schema = 1
                cluster {
                  name = test, insecure = true
                  nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
                }
                frontends { one { %s, backend = shop } }
                backends { shop { %s, servers = [ { name = s, address = "127.0.0.1:9" } ] } }
                """
                        .formatted(frontend, backend));
        Outcome read = ConfigReader.read(file, "lb1");
        assertThat(read).as("%s", read).isInstanceOf(Outcome.Ok.class);
        return PathKind.of(((Outcome.Ok) read).config());
    }

    @Test
    void aPlainStreamHasNothingOfItsOwn() throws Exception {
        assertThat(kinds(STREAM, "retries = 1")).isEmpty();
    }

    @Test
    void anyRequestMayBecomeATunnel() throws Exception {
        assertThat(kinds(HTTP, "retries = 1")).containsExactly(PathKind.UPGRADE);
    }

    @Test
    void rulesAndCookiesAreOneKind() throws Exception {
        String ruled = HTTP + ", rules = [ { set-request-header { X-A = b } } ]";
        assertThat(kinds(ruled, "retries = 1"))
                .containsExactlyInAnyOrder(PathKind.UPGRADE, PathKind.RULES);
        assertThat(kinds(HTTP, "sticky { cookie { name = S } }"))
                .containsExactlyInAnyOrder(PathKind.UPGRADE, PathKind.RULES);
    }

    @Test
    void headersOfEitherSideAreOneKind() throws Exception {
        assertThat(kinds(STREAM, "proxy-protocol = v1")).containsExactly(PathKind.PROXY_HEADER);
        assertThat(
                        kinds(
                                STREAM + ", trusted = [\"10.0.0.0/8\"], proxy-protocol = true",
                                "retries = 1"))
                .containsExactly(PathKind.PROXY_HEADER);
    }

    @Test
    void tlsIsAKindOfStreamAndANameInsideAnother() throws Exception {
        Path bundle = new TestAuthority(directory).bundle("shop.pem", "shop.example");
        String tls = STREAM + ", tls { certificates = [\"" + bundle + "\"] }";
        assertThat(kinds(tls, "retries = 1")).containsExactly(PathKind.TLS_STREAM);
        String byName = "balance = hash, hash { key = sni }";
        assertThat(kinds(STREAM, byName)).containsExactly(PathKind.SERVER_NAME);
        assertThat(kinds(tls, byName))
                .as("whose name the handshake tells")
                .containsExactly(PathKind.TLS_STREAM);
    }

    @Test
    void longStreamsAreAKind() throws Exception {
        assertThat(kinds(STREAM + ", profile = bulk", "retries = 1"))
                .containsExactly(PathKind.BULK);
    }
}
