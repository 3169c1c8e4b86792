package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import proa.config.ProaConfig;
import proa.config.text.ConfigParser;
import proa.config.text.Outcome;
import proa.node.balance.Health;
import proa.node.balance.Pool;
import proa.node.balance.Pools;
import proa.node.exchange.Traffic;
import proa.node.link.Vitals;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What vipd is told of servers while generations follow one another. */
class ServerShareTest {

    private static final String TEXT =
            """
            schema = 1
            cluster {
              name = edge, insecure = true
              nodes { lb1 { id = 1, addresses = ["10.0.0.11"] }, lb2 { id = 2, addresses = ["10.0.0.12"] } }
            }
            groups {
              web {
                vrid = 52, prefer = [lb1, lb2], vips { main = "10.0.0.100" }
                track { servers { at-least = 50% } }
              }
            }
            frontends {
              http { bind { group = web, vip = main, port = 80 }, mode = http, backend = one }
            }
            backends {
              one { servers = [ { name = s1, address = "10.0.1.1:80" } ] }
              two {
                servers = [ { name = s1, address = "10.0.1.1:80" }, { name = s2, address = "10.0.1.2:80" } ]
              }
            }
            """;

    private final Generations generations = new Generations();
    private final ServerShare share = new ServerShare(new Alone(), generations);

    private void use(long number, String text) {
        Outcome outcome = ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
        assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Ok.class);
        ProaConfig config = ((Outcome.Ok) outcome).config();
        Pools pools =
                new Pools(
                        config.backends(),
                        name -> {
                            throw new AssertionError(name);
                        },
                        () -> 0,
                        1);
        generations.swap(
                new Generation(
                        number,
                        config,
                        "",
                        Instant.EPOCH,
                        pools,
                        Map.of(),
                        new @Nullable Traffic[0]));
    }

    @Test
    void theServersOfTheConfigurationInUseAreCounted() {
        use(1, TEXT);
        assertThat(share.servers()).containsExactly(Map.entry("web", new Vitals.Share(1, 1)));
        use(2, TEXT.replace("backend = one", "backend = two"));
        assertThat(share.servers()).containsExactly(Map.entry("web", new Vitals.Share(2, 2)));
        String fewer = ", { name = s2, address = \"10.0.1.2:80\" }";
        use(3, TEXT.replace("backend = one", "backend = two").replace(fewer, ""));
        assertThat(share.servers()).containsExactly(Map.entry("web", new Vitals.Share(1, 1)));
        assertThat(share.usable()).as("the kernel carries nothing").isEmpty();
    }

    @Test
    void theKernelForwardsToTheServersOfTheConfigurationInUse() {
        String carried =
                TEXT.replace("mode = http, backend", "mode = tcp, forwarding = nat, backend")
                        .replace("vips {", "gateway-vip = \"10.0.1.254\", vips {");
        use(1, carried);
        assertThat(share.usable()).containsExactly(Map.entry("http", List.of("s1")));
        String both = carried.replace("backend = one", "backend = two");
        use(2, both);
        assertThat(share.usable()).containsExactly(Map.entry("http", List.of("s1", "s2")));
        assertThat(share.down()).containsExactly(Map.entry("http", List.of()));
        Pool two = generations.current().pools().pool("two");
        two.health(two.servers().getFirst(), Health.DOWN, "a test");
        assertThat(share.usable()).containsExactly(Map.entry("http", List.of("s2")));
        assertThat(share.down()).containsExactly(Map.entry("http", List.of("s1")));
        use(3, both.replace("  http {", "  sql {"));
        assertThat(share.usable()).containsExactly(Map.entry("sql", List.of("s1", "s2")));
        assertThat(share.down()).containsExactly(Map.entry("sql", List.of()));
        use(4, TEXT);
        assertThat(share.usable()).isEmpty();
        assertThat(share.down()).isEmpty();
    }

    private static final class Alone implements Vitals {

        @Override
        public long oldestTickMillis() {
            return 0;
        }

        @Override
        public long servedMillis() {
            return 0;
        }

        @Override
        public Map<String, String> lacking() {
            return Map.of();
        }
    }
}
