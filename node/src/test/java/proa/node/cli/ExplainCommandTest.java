package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which rule, route and server a request would get, by a file. */
class ExplainCommandTest {

    private static final String TEXT =
            """
            schema = 1
            cluster { name = t, insecure = true, nodes { a { id = 1, addresses = ["10.0.0.1"] }, b { id = 2, addresses = ["10.0.0.2"] } } }
            tables { per-client { key = src, expire = 30s, entries = 1k, count { requests { rate-over = 10s } } } }
            conditions {
              api { path-prefix = "/api" }
              inside { src = "10.0.0.0/8" }
            }
            frontends {
              web {
                bind { address = "0.0.0.0", port = 80 }, mode = http
                rules = [
                  { track = per-client }
                  { when { table = per-client, counter = requests, above = 100 }, deny = 429 }
                  { when { all = [ { method = DELETE }, { none = [ inside ] } ] }, deny = 403 }
                  { when = api, rewrite { prefix = "/api", with = "/v2" } }
                  { when { host = "old.example" }, redirect { host = "new.example" } }
                ]
                routes = [ { when = api, backend = api }, { when { path-prefix = "/form" }, backend = forms }, { backend = shop } ]
              }
              db { bind { address = "10.0.0.9", port = 3306 }, mode = tcp, allow = ["10.0.0.0/8"], backend = db }
            }
            backends {
              api {
                balance = hash, hash { key = src }
                servers = [
                  { name = api1, address = "10.1.0.1:80" }
                  { name = api2, address = "10.1.0.2:80" }
                  { name = api3, address = "10.1.0.3:80", backup = true }
                  { name = api4, address = "10.1.0.4:80", weight = 0 }
                ]
              }
              forms {
                balance = hash, hash { parameter = sid, body = 4k }
                servers = [ { name = f1, address = "10.1.0.7:80" }, { name = f2, address = "10.1.0.8:80" } ]
              }
              shop { servers = [ { name = web1, address = "10.1.0.5:80" } ] }
              db { servers = [ { name = db1, address = "10.1.0.6:3306" } ] }
            }
            """;

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("proa.conf"), TEXT);
    }

    private NodeCommands.Done explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("explain"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-c", file.toString()));
        return NodeCommands.run(folder, all.toArray(String[]::new));
    }

    /** What is printed, without the name of the file. */
    private String said(String... arguments) {
        NodeCommands.Done done = explain(arguments);
        assertThat(done.code()).as(done.err()).isZero();
        return done.out().replace(file + ":", ":");
    }

    @Test
    void everyStepIsThereWithItsLineAndItsReason() {
        String said = said("GET", "http://shop.example/api/items?q=1", "--from", "10.2.3.4");
        assertThat(said)
                .startsWith(
                        """
                        frontend web  (:9)
                          yes track in table per-client: goes on  (:12)
                          no  deny with 429  (:13)
                                no  rate of requests in table per-client above 100; it is 1
                          no  deny with 403  (:14)
                                no  all of
                                  no  method is DELETE; it is GET
                                  no  none of
                                    yes client in 10.0.0.0/8; it is 10.2.3.4
                          yes rewrite a path that begins with /api to /v2: goes on  (:15)
                                yes path begins with /api; it is /api/items
                          no  redirect  (:16)
                                no  host is old.example; it is shop.example
                          yes backend api: goes there  (:18)
                                yes path begins with /api; it is /api/items
                        backend api, as /v2/items?q=1
                        """)
                .contains(": its hash says so, on every node\n")
                .contains(
                        "  spread by hash (maglev): keeps a client on its server: yes, by the key;"
                            + " a choice is one look into a table of 65,537 places, n looks whether"
                            + " one is left\n")
                .contains("  no  api3, weight 1: backup: when all others are gone\n")
                .contains("  no  api4, weight 0: only for clients that stick to it\n");
        String server =
                said.lines().filter(line -> line.startsWith("server ")).findFirst().orElse("");
        assertThat(server).matches("server api[12]: .*");
        assertThat(said("GET", "http://shop.example/api/items?q=1", "--from", "10.2.3.4"))
                .as("the same server each time")
                .contains(server);
    }

    @Test
    void theRuleThatAnswersIsTheLast() {
        assertThat(said("DELETE", "http://shop.example/x", "--from", "192.0.2.1"))
                .contains("  yes deny with 403: 403: ")
                .contains("yes none of", "no  client in 10.0.0.0/8; it is 192.0.2.1")
                .contains("answered here: 403: ")
                .doesNotContain("rewrite", "backend", "server");
        assertThat(said("GET", "http://old.example/x"))
                .contains("answered here: 30", "new.example/x");
    }

    @Test
    void whatABodyWouldDecideIsSaid() {
        String form = "Content-Type: application/x-www-form-urlencoded";
        String any = ": any that is eligible, this one for example\n";
        assertThat(said("POST", "http://shop.example/form", "-H", form))
                .contains("the hash of what is in its body says it, on every node; without that")
                .contains(any);
        assertThat(said("POST", "http://shop.example/form?sid=1", "-H", form))
                .contains(": its hash says so, on every node\n");
        assertThat(said("GET", "http://shop.example/form"))
                .contains(": it has nothing that is hashed" + any);
    }

    @Test
    void whatDoesNotGetThereIsSaid() {
        assertThat(said("GET", "http://shop.example:81/"))
                .startsWith("no frontend")
                .contains("note: nothing listens on shop.example port 81");
        assertThat(said("GET", "https://shop.example:80/"))
                .contains(
                        "note: frontend web expects no TLS and HTTP: taken as if that were spoken");
        assertThat(said("GET", "tcp://10.0.0.9:3306", "--from", "192.0.2.1"))
                .contains("frontend db")
                .contains("`allow` has no network with 192.0.2.1: the connection is ended at once")
                .doesNotContain("server db1");
        assertThat(said("GET", "tcp://10.0.0.9:3306", "--from", "10.5.5.5"))
                .contains("server db1: round-robin: any that is eligible, this one for example");
        assertThat(said("GET", "tcp://10.0.0.8:3306")).contains("nothing listens on 10.0.0.8");
    }

    @Test
    void whatIsAskedWronglyIsSaid() {
        assertThat(explain("GET", "shop.example/x").err()).contains("a URL is like https://shop");
        assertThat(explain("GET", "http://a/ b").err()).contains("not a URL: ");
        assertThat(explain("GET", "tcp://10.0.0.9").err()).contains("the URL lacks a port");
        assertThat(explain("GET", "http://a/", "--from", "me").err())
                .contains("a client is an address, such as 192.0.2.7, not me");
        assertThat(explain("GET", "http://a/", "-H", "X").err())
                .contains("a header is like 'Name: value', not X");
    }

    @Test
    void aFileThatIsWrongIsRefusedAsByCheck() throws IOException {
        Files.writeString(file, TEXT.replace("mode = tcp", "mode = tpc"));
        NodeCommands.Done done = explain("GET", "http://a/");
        assertThat(done.code()).isEqualTo(2);
        assertThat(done.out()).contains("proa.conf:20: `mode`: \"tpc\" is not one of");
    }

    @Test
    void programsGetADocument() {
        assertThat(said("GET", "http://shop.example/", "--json"))
                .startsWith("{\"frontend\":\"web\",")
                .contains("\"backend\":\"shop\"", "\"first\":\"web1\"");
    }
}
