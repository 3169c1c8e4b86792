package proa.config.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.change.Parts.Part;
import proa.config.text.ConfigParser;
import proa.config.text.Outcome;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class ChangesTest {

    private static final String FILE = demo();
    private static final ProaConfig RUNNING = parse(FILE);

    private static String demo() {
        try (InputStream file =
                ChangesTest.class.getResourceAsStream("/proa/config/text/demo.conf")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    private static ProaConfig parse(String text) {
        Outcome outcome =
                ConfigParser.parse(text, "proa.conf", Path.of("/etc/proa"), Optional.of("lb1"));
        assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    /** The differences after one edit, in words. */
    private static List<String> edit(String from, String to) {
        assertThat(FILE).contains(from);
        return Changes.between(RUNNING, parse(FILE.replace(from, to))).all().stream()
                .map(Change::text)
                .toList();
    }

    @Test
    void thereIsNoDifferenceToItself() {
        assertThat(Changes.between(RUNNING, parse(FILE)).all()).isEmpty();
        assertThat(edit("web2, address", "web2 , address")).isEmpty();
    }

    @Test
    void serversComeGoAndChange() {
        assertThat(edit("weight = 3", "weight = 5"))
                .containsExactly("server shop/web2 changed: weight");
        assertThat(edit("backup = true }", "backup = true }, { name = n, address = \"[::1]:1\" }"))
                .containsExactly("server shop/n added");
        assertThat(edit("{ name = web1, address = \"10.77.0.21:8080\" }, {", "{"))
                .containsExactly("server shop/web1 removed");
        assertThat(edit("10.77.0.22:8080", "10.77.0.22:8088"))
                .containsExactly("server shop/web2 changed: address");
    }

    @Test
    void frontendsAndBackendsComeGoAndChange() {
        assertThat(edit("above = 100", "above = 50"))
                .containsExactly("frontend http changed: rules");
        assertThat(edit("keep-alive = 60s", "keep-alive = 30s"))
                .containsExactly("frontend http changed: timeouts");
        assertThat(edit("  direct   {", "  straight {"))
                .containsExactly("frontend direct removed", "frontend straight added");
        assertThat(edit("balance = round-robin", "balance = random"))
                .containsExactly("backend shop changed: balance");
    }

    @Test
    void whatMembersAgreeOnTakesARestartAndIsNamed() {
        assertThat(edit("mesh = 7112", "mesh = 7113"))
                .containsExactly(
                        "cluster.ports.mesh: changes at a restart only: the members speak to each"
                                + " other by it");
        assertThat(edit("addresses = [\"10.77.0.12\"]", "addresses = [\"10.77.0.15\"]"))
                .singleElement()
                .asString()
                .startsWith("cluster.nodes.lb2.addresses: ");
        assertThat(edit("timing = lab", "timing = vm"))
                .singleElement()
                .asString()
                .startsWith("cluster.timing: ");
        assertThat(edit("prefer = [lb1, lb2, lb3]", "prefer = [lb2, lb1, lb3]"))
                .singleElement()
                .asString()
                .startsWith("groups.web.prefer: ");
        assertThat(
                        Changes.between(
                                        RUNNING,
                                        parse(FILE.replace("rate-over = 10s", "rate-over = 20s")))
                                .atStart())
                .extracting(Change.AtStart::text)
                .first()
                .asString()
                .startsWith("tables.requests.count: changes at a restart only: what is kept in");
    }

    @Test
    void tablesComeAndGoAndChangeTheirExpiryAndTheirRoom() {
        assertThat(edit("expire = 30m", "expire = 31m"))
                .containsExactly("table clients changed: expire");
        assertThat(edit("tables {", "tables { more { key = src, expire = 1m }\n"))
                .containsExactly("table more added");
        ProaConfig more =
                parse(FILE.replace("tables {", "tables { more { key = src, expire = 1m }\n"));
        assertThat(Changes.between(more, RUNNING).all())
                .extracting(Change::text)
                .containsExactly("table more removed");
        assertThat(Changes.between(more, RUNNING).atStart()).isEmpty();
    }

    @Test
    void theSessionStoreIsThereFromTheStartOrNotAtAll() {
        ProaConfig without = parse(FILE.replaceAll("(?m)^  sessions \\{.*$", ""));
        assertThat(Changes.between(RUNNING, without).atStart())
                .extracting(Change.AtStart::key)
                .containsExactly("frontends.sessions.mode");
        assertThat(Changes.between(without, RUNNING).atStart())
                .extracting(Change.AtStart::key)
                .containsExactly("frontends.sessions.mode");
    }

    @Test
    void rulesAndRoutesAreNoAffairOfConnections() {
        FrontendConfig before = frontend(RUNNING);
        assertThat(Changes.ofConnections(before, frontend(parse(FILE.replace("429", "403")))))
                .isFalse();
        assertThat(Changes.ofConnections(before, frontend(parse(FILE.replace("8000", "8001")))))
                .isTrue();
    }

    private static FrontendConfig frontend(ProaConfig config) {
        return config.frontends().stream()
                .filter(frontend -> frontend.name().equals("http"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noPartOfARecordIsForgotten() {
        assertComplete(ClusterConfig.class, Parts.CLUSTER, 0);
        assertComplete(ClusterConfig.Node.class, Parts.NODE, 0);
        assertComplete(ClusterConfig.Ports.class, Parts.PORTS, 0);
        assertComplete(GroupConfig.class, Parts.GROUP, 0);
        assertComplete(TableConfig.class, Parts.TABLE, 0);
        assertComplete(FrontendConfig.class, Parts.FRONTEND, 0);
        assertComplete(BackendConfig.class, Parts.BACKEND, 1); // servers have a list of their own
        assertComplete(BackendConfig.Server.class, Parts.SERVER, 0);
    }

    private static <T> void assertComplete(Class<T> type, List<Part<T>> parts, int elsewhere) {
        assertThat(type.getRecordComponents())
                .as("parts of %s", type.getSimpleName())
                .hasSize(parts.size() + elsewhere);
    }
}
