package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One row for each thing an operator can get wrong: the line it is reported at, and the words. */
class ViolationsTest {

    /** A sound file whose lines the rows below change. */
    static final String SOUND =
            """
            schema = 1
            cluster {
              name = edge
              nodes {
                lb1 { id = 1, addresses = ["10.0.0.11"] }
                lb2 { id = 2, addresses = ["10.0.0.12"] }
              }
              tls { certificate = "a.pem", key = "a.key", authorities = ["ca.pem"] }
            }
            groups {
              web { vrid = 51, prefer = [lb1, lb2], vips { main = "10.0.0.100" } }
            }
            tables {
              hits { key = src, expire = 30s, count { requests { rate-over = 10s } } }
              stuck { key = src, expire = 30m }
            }
            conditions {
              api { path-prefix = "/api" }
            }
            frontends {
              http {
                bind { group = web, vip = main, port = 80 }
                mode = http
                rules = [
                  { track = hits }
                  { when { table = hits, counter = requests, above = 100 }, deny = 429 }
                ]
                routes = [
                  { when = api, backend = shop }
                  { backend = shop }
                ]
              }
              echo { bind { address = "10.0.0.11", port = 7000 }, mode = tcp, backend = echo }
            }
            backends {
              shop {
                check { tcp = true, every = 2s }
                servers = [
                  { name = web1, address = "10.0.1.1:8080" }
                  { name = web2, address = "10.0.1.2:8080" }
                ]
              }
              echo { sticky { table = stuck }, check { tcp = true }, servers = [ { name = e1, address = "10.0.1.3:7000" } ] }
            }
            """;

    private static final String E1 = "10.0.1.3:7000";

    /** From the bind of {@code echo} to the address of its server. */
    private static final String ANY_BOUND =
            SOUND.substring(SOUND.indexOf("address = \"10.0.0.11\", port"), SOUND.lastIndexOf(E1))
                    + E1;

    /**
     * One mistake.
     *
     * @param from what is replaced in the sound file
     * @param to the mistake
     * @param line where it must be reported
     * @param words part of the violation's text
     */
    record Row(String from, String to, int line, String words) {
        @Override
        public String toString() {
            return to + " → " + words;
        }
    }

    static final List<Row> FORM =
            List.of(
                    new Row("schema = 1", "", 1, "`schema` is missing"),
                    new Row("schema = 1", "schema = 2", 1, "2 is out of range (1 to 1)"),
                    new Row(
                            "schema = 1\n",
                            "extra = 1\nschema = 1\n",
                            1,
                            "the first key must be `schema`"),
                    new Row(
                            "  name = edge",
                            "  nmae = edge",
                            3,
                            "unknown key `nmae` (did you mean \"name\"?)"),
                    new Row("  name = edge", "  nmae = edge", 2, "`name` is missing"),
                    new Row(
                            "name = edge",
                            "name = \"a b\"",
                            3,
                            "\"a b\" cannot stand here (letters, digits"),
                    new Row(
                            "name = edge",
                            "name = edge, name = other",
                            3,
                            "`name` is written twice, first on line 3"),
                    new Row(
                            "echo { bind",
                            "http { bind",
                            33,
                            "`http` is written twice, first on line 21"),
                    new Row(
                            "schema = 1",
                            "schema = 1\ninclude \"x.conf\"",
                            2,
                            "`include` is refused"),
                    new Row(
                            "schema = 1",
                            "schema = 1\ninclude url(\"http://127.0.0.1:1/x\")",
                            2,
                            "`include` is refused"),
                    new Row(
                            "schema = 1",
                            "schema = 1\ninclude classpath(\"x\")",
                            2,
                            "`include` is refused"),
                    new Row(
                            "schema = 1",
                            "schema = 1\nvrrp_instance {}",
                            2,
                            "unknown key `vrrp_instance` (Proa's word is `groups`)"),
                    new Row(
                            "conditions {\n  api { path-prefix = \"/api\" }\n}",
                            "conditions = 7",
                            17,
                            "`conditions`: \"7\" cannot stand here ({ name { … } })"),
                    new Row("mode = http", "mode = [http]", 23, "`mode`: a list cannot stand here"),
                    new Row("mode = http", "mode = null", 23, "null cannot stand here"),
                    new Row(
                            "mode = http",
                            "mode = htp",
                            23,
                            "\"htp\" is not one of http | sessions | tcp | udp (did you mean"
                                    + " \"http\"?)"),
                    new Row(
                            "every = 2s",
                            "every = 2",
                            37,
                            "\"2\" is not a duration (100ms to 1h, with a unit"),
                    new Row("every = 2s", "every = 50ms", 37, "50ms is out of range (100ms to 1h)"),
                    new Row("every = 2s", "evry = 2s", 37, "did you mean \"every\"?"),
                    new Row("every = 2s", "inter = 2s", 37, "Proa's word is `every`"),
                    new Row(
                            "check { tcp = true, every = 2s }",
                            "check { tcp = true }, keepalive_timeout = 5s",
                            37,
                            "`timeouts { idle = 60s }` in a backend"),
                    new Row(
                            "mode = http",
                            "mode = http, limits { line = 8x }",
                            23,
                            "\"8x\" is not a size (256 to 64k)"),
                    new Row(
                            "mode = http",
                            "mode = http, limits { line = 32k }",
                            23,
                            "a line may be longer than the whole head"),
                    new Row(
                            "mode = http",
                            "mode = http, limits { connections = 2g }",
                            23,
                            "out of range (1 to"),
                    new Row(
                            "port = 80 ",
                            "port = 80000 ",
                            22,
                            "80000 is out of range (1 to 65535)"),
                    new Row("deny = 429", "deny = 200", 26, "200 is out of range (400 to 599)"),
                    new Row(
                            "deny = 429",
                            "deny = 42k",
                            26,
                            "\"42k\" is not a number (400 to 599)"));

    private static final String TWICE = "`http` is written twice, first on line 21";

    /** What the library reads, but merges, fetches or leaves out without a word. */
    static final List<Row> LAYOUT =
            List.of(
                    new Row("echo { bind", "http\n  { bind", 33, TWICE),
                    new Row("echo { bind", "http # again\n  { bind", 33, TWICE),
                    new Row("echo { bind", "http // again\n  // and again\n  { bind", 33, TWICE),
                    new Row("echo { bind", "http\u00a0{ bind", 33, TWICE),
                    new Row(
                            "name = edge",
                            "name\n= edge\nname = other",
                            5,
                            "`name` is written twice, first on line 3"),
                    new Row(
                            "name = edge",
                            "name = \"\"\"ed\"ge\"\"\"\", name = other",
                            3,
                            "`name` is written twice, first on line 3"),
                    new Row(
                            "schema = 1",
                            "schema = 1\ninclude\n\"x.conf\"",
                            2,
                            "`include` is refused"),
                    new Row(
                            "schema = 1",
                            "schema = 1\ninclude # it\n\"x.conf\"",
                            2,
                            "`include` is refused"),
                    new Row(
                            "schema = 1",
                            "schema = 1\ninclude\nurl(\"http://127.0.0.1:1/x\")",
                            3,
                            "cannot be followed from here on"),
                    new Row(
                            "name = edge",
                            "name = edge, \"na\\u006de\" = other",
                            3,
                            "cannot be followed from here on"),
                    new Row("edge", "edge, \u0000a = b", 3, "cannot be followed from here on"));

    static final List<Row> CLUSTER =
            List.of(
                    new Row("lb2 { id = 2", "lb2 { id = 1", 6, "id 1 is already that of lb1"),
                    new Row("lb2 { id = 2", "lb2 { id = 256", 6, "256 is out of range (1 to 255)"),
                    new Row(
                            "[\"10.0.0.12\"]",
                            "[\"10.0.0.11\"]",
                            6,
                            "address 10.0.0.11 is already that of lb1"),
                    new Row(
                            "[\"10.0.0.12\"]",
                            "[\"lb2.example\"]",
                            6,
                            "\"lb2.example\" is not an IP address"),
                    new Row("[\"10.0.0.12\"]", "[\"10.1\"]", 6, "\"10.1\" is not an IP address"),
                    new Row("[\"10.0.0.12\"]", "[]", 6, "node lb2 needs one or two addresses"),
                    new Row(
                            "[\"10.0.0.12\"]",
                            "[\"0.0.0.0\"]",
                            6,
                            "0.0.0.0 is no address of a machine"),
                    new Row("lb2 { id = 2", "\"l b\" { id = 2", 6, "\"l b\" cannot be a name"),
                    new Row(
                            "  tls { certificate",
                            "  # ",
                            2,
                            "`tls` is missing: members must prove"),
                    new Row(
                            "  tls {",
                            "  insecure = true, tls {",
                            8,
                            "`insecure = true` together with `tls`"),
                    new Row("[\"ca.pem\"]", "[]", 8, "no authority"),
                    new Row(
                            "name = edge",
                            "name = edge, ports { mesh = 7900 }",
                            3,
                            "two of the cluster's ports are the same"),
                    new Row(
                            "  }\n  tls",
                            "lb3 { id = 3, addresses = [\"10.0.0.13\"] }, lb4 { id = 4, addresses ="
                                    + " [\"10.0.0.14\"] } }\n"
                                    + "  tls",
                            4,
                            "4 nodes (two or three)"));

    static final List<Row> GROUPS =
            List.of(
                    new Row("vrid = 51, ", "", 11, "`vrid` is missing"),
                    new Row(
                            "prefer = [lb1, lb2]",
                            "prefer = [lb1, lb3]",
                            11,
                            "no node is named \"lb3\" (did you mean"),
                    new Row(
                            "prefer = [lb1, lb2]",
                            "prefer = [lb1, lb1]",
                            11,
                            "\"lb1\" is listed twice"),
                    new Row("prefer = [lb1, lb2]", "prefer = []", 11, "`prefer` names no node"),
                    new Row(
                            "\"10.0.0.100\"",
                            "\"10.0.0.100/24\"",
                            11,
                            "has a prefix length (the address alone: \"10.0.0.100\")"),
                    new Row(
                            "\"10.0.0.100\"",
                            "\"10.0.0.11\"",
                            11,
                            "address 10.0.0.11 is already that of node lb1"),
                    new Row(
                            "\"10.0.0.100\"",
                            "\"127.0.0.1\"",
                            11,
                            "127.0.0.1 cannot float between machines"),
                    new Row("{ main = \"10.0.0.100\" }", "{}", 11, "the group has no address"),
                    new Row(
                            "vips { main",
                            "failback = after 60, vips { main",
                            11,
                            "never, at-once or after 60s"),
                    new Row(
                            "\" } }\n}\ntables",
                            "\" }, track { gateway = \"10.0.0.100\" } }\n}\ntables",
                            11,
                            "is the group's own address"),
                    new Row(
                            "web { vrid",
                            "web2 { vrid = 51, prefer = [lb1], vips { a = \"10.0.0.101\" } }\n"
                                    + "  web { vrid",
                            11,
                            "vrid 51 is already that of group web"),
                    inGroup(
                            "vips { six = \"fe80::100\" }",
                            "link-local: it cannot float (a global or unique local address"),
                    inGroup(
                            "vrrp { advert-interval = 105ms }",
                            "sent in hundredths of a second (a multiple of 10ms)"),
                    inGroup("vrrp { advert-interval = 5ms }", "10ms to 40s"),
                    inGroup("vrrp { advert-interval = 41s }", "10ms to 40s"),
                    inGroup("vrrp { priority = 30 }", "31 to 255"),
                    inGroup("vrrp { checksum = rfc5798 }", "pseudo-header | rfc9568"),
                    inGroup("vrrp { routers { ka {} } }", "`addresses` is missing"),
                    inGroup(
                            "vrrp { routers { ka { addresses = [\"fd00::1\"] } } }",
                            "advertisements over IPv6 come from a link-local address"),
                    inGroup(
                            "vrrp { routers { ka { addresses = [] } } }",
                            "router ka needs one or two addresses"),
                    inGroup(
                            "vrrp { routers { lb2 { addresses = [\"10.0.0.9\"] } } }",
                            "lb2 is a node: it is known already"),
                    inGroup(
                            "vrrp { routers { a { addresses = [\"10.0.0.9\"] },"
                                    + " b { addresses = [\"10.0.0.9\"] } } }",
                            "10.0.0.9 is listed twice"),
                    inGroup(
                            "vrrp { routers { "
                                    + java.util.stream.IntStream.rangeClosed(1, 9)
                                            .mapToObj(
                                                    at ->
                                                            "r%d { addresses = [\"10.0.9.%d\"] }"
                                                                    .formatted(at, at))
                                            .collect(java.util.stream.Collectors.joining(", "))
                                    + " } }",
                            "9 in `routers`, at most 8"),
                    inGroup("track { scripts { s {} } }", "`command` is missing"),
                    inGroup(
                            "track { scripts { s { command = [\"check\"] } } }",
                            "script s needs a program by its whole path"),
                    inGroup(
                            "track { scripts { s { command = [\"/bin/true\"], weight = 254 } } }",
                            "1 to 253"),
                    inGroup("track { servers { at-least = 0% } }", "1% to 100%"),
                    inGroup("track { servers { hold = 1s } }", "`at-least` is missing"));

    /** Lists that were to name something. */
    static final List<Row> EMPTY =
            List.of(
                    new Row(
                            "mode = tcp, backend",
                            "mode = tcp, allow = [], backend",
                            33,
                            "`allow` names no network (leave it out for everybody)"),
                    beside("admin { listen = \"127.0.0.1:9110\", allow = [] }", "no network"),
                    beside("notify { a { program = \"/bin/x\", on = [] } }", "`on` names no event"),
                    checked("http { get = \"/\", expect-status = [] }", "names no status"),
                    checked("tcp = true }, passive { count = []", "`count` names no failure"));

    /** The backend shop, checked so. */
    private static Row checked(String check, String expected) {
        return new Row("{ tcp = true, every = 2s", "{ " + check, 37, expected);
    }

    /** A section before the backends. */
    private static Row beside(String section, String expected) {
        return new Row("backends {", section + "\nbackends {", 35, expected);
    }

    static final List<Row> PORTS =
            List.of(
                    new Row(
                            "backends {",
                            "admin { listen = \"10.0.0.11:7000\", allow = [\"10.0.0.0/8\"] }\n"
                                    + "backends {",
                            33,
                            "port 7000 is already that of `admin.listen`"),
                    beside(
                            "admin { listen = \"10.0.0.12:7800\", allow = [\"10.0.0.0/8\"] }",
                            "port 7800 is the cluster's own (`ports.members`)"),
                    beside(
                            "admin { listen = \"127.77.0.1:5701\" }",
                            "port 5701 is the cluster's own (`ports.engine`)"),
                    new Row(
                            "\"10.0.0.11\", port = 7000",
                            "\"127.77.0.2\", port = 5701",
                            33,
                            "port 5701 is the cluster's own (`ports.engine`)"));

    /** A group with this besides. */
    private static Row inGroup(String keys, String expected) {
        return new Row("vips { main", keys + ", vips { main", 11, expected);
    }

    static final List<Row> FRONTENDS =
            List.of(
                    new Row(
                            "group = web, vip",
                            "group = wbe, vip",
                            22,
                            "no group is named \"wbe\" (did you mean \"web\"?)"),
                    new Row(
                            "vip = main",
                            "vip = mian",
                            22,
                            "group web has no vip named \"mian\" (did you mean \"main\"?)"),
                    new Row("vip = main, ", "", 22, "`bind` needs `group` and `vip`"),
                    new Row(
                            "bind { group",
                            "bind { address = \"10.0.0.11\", group",
                            22,
                            "`bind` needs `group` and `vip`, or else"),
                    new Row(
                            "\"10.0.0.11\", port = 7000",
                            "\"0.0.0.0\", port = 80",
                            22,
                            "port 80 is already that of frontend echo"),
                    new Row("port = 7000", "port = 7900", 33, "port 7900 is the cluster's own"),
                    new Row(
                            "track = hits",
                            "track = hit",
                            25,
                            "no table is named \"hit\" (did you mean \"hits\"?)"),
                    new Row("track = hits", "track = stuck", 25, "table stuck counts nothing"),
                    new Row(
                            "{ track = hits }",
                            "{ deny = 403 }",
                            26,
                            "this rule can never run: the one on line 25"),
                    new Row("{ track = hits }", "{ when = api }", 25, "a rule needs an action"),
                    new Row(
                            "when = api",
                            "when = apii",
                            29,
                            "no condition is named \"apii\" (did you mean \"api\"?)"),
                    new Row(
                            "when = api, ",
                            "",
                            30,
                            "this route is never taken: the one on line 29"),
                    new Row(
                            "      { backend = shop }\n",
                            "",
                            28,
                            "requests that match no route have nowhere to go"),
                    new Row(
                            "backend = echo }",
                            "backend = eco }",
                            33,
                            "no backend is named \"eco\" (did you mean \"echo\"?)"),
                    new Row(
                            "mode = tcp, backend = echo",
                            "mode = tcp, routes = [ { when { method = GET }, backend = echo }, {"
                                    + " backend = echo } ]",
                            33,
                            "a TCP connection has no request to test"),
                    new Row(
                            "mode = tcp, backend",
                            "mode = tcp, rules = [ { redirect { scheme = https } } ], backend",
                            33,
                            "this rule needs `mode = http`"),
                    new Row(
                            "mode = tcp, backend = echo",
                            "mode = tcp",
                            33,
                            "frontend echo leads nowhere"),
                    new Row(
                            "mode = tcp, backend = echo",
                            "mode = sessions",
                            33,
                            "open to everybody: no `users` and no `allow`"),
                    new Row(
                            "mode = tcp, backend = echo",
                            "mode = sessions, allow = [\"0.0.0.0/0\"]",
                            33,
                            "open to everybody"),
                    new Row(
                            "mode = tcp, backend = echo",
                            "mode = sessions, allow = [\"10.0.0.1/8\"]",
                            33,
                            "\"10.0.0.1/8\" is not a network"),
                    new Row(
                            "mode = tcp, backend",
                            "mode = tcp, users = \"u\", backend",
                            33,
                            "`users` needs `mode = sessions`"),
                    new Row(
                            "mode = tcp, backend",
                            "mode = sessions, allow = [\"10.0.0.0/8\"], backend",
                            33,
                            "sessions are served here"),
                    new Row(
                            "mode = tcp, backend",
                            "mode = tcp, routes = [ { backend = echo } ], backend",
                            33,
                            "both `backend` and `routes`"));

    static final List<Row> CONDITIONS =
            List.of(
                    new Row(
                            "api { path-prefix",
                            "api { method = GET, path-prefix",
                            18,
                            "a condition is a single test, these are 2"),
                    new Row(
                            "api { path-prefix = \"/api\" }",
                            "api {}",
                            18,
                            "the condition tests nothing"),
                    new Row("\"/api\"", "\"api\"", 18, "a path that begins with `/`"),
                    new Row(
                            "\"/api\"",
                            "\"/api?v=2\"",
                            18,
                            "\"/api?v=2\" is more than a path (compared without query: \"/api\")"),
                    new Row(
                            "path-prefix = \"/api\"",
                            "path = \"/api#top\"",
                            18,
                            "\"/api#top\" is more than a path (compared without query: \"/api\")"),
                    new Row(
                            "path-prefix = \"/api\"",
                            "host = \"shop.example:8080\"",
                            18,
                            "has a port (compared without port: \"shop.example\")"),
                    new Row(
                            "path-prefix = \"/api\"",
                            "host = \"[fd00::1]:80\"",
                            18,
                            "has a port (compared without port: \"[fd00::1]\")"),
                    new Row(
                            "path-prefix = \"/api\"",
                            "host = \"http://shop.example/\"",
                            18,
                            "a name such as shop.example"),
                    new Row(
                            "api { path-prefix = \"/api\" }",
                            "api { all = [ api ] }",
                            18,
                            "condition api is defined by itself"),
                    new Row(
                            "api { path-prefix = \"/api\" }",
                            "api { all = [] }",
                            18,
                            "an empty list of conditions"),
                    new Row(
                            "api { path-prefix = \"/api\" }",
                            "api { host = x, value = y }",
                            18,
                            "`value` needs `header`, `cookie`, `query` or"),
                    new Row(
                            "counter = requests, above = 100",
                            "above = 100",
                            26,
                            "`table`, `counter` (or `tag`) and `above` belong"),
                    new Row(
                            "table = hits, counter",
                            "table = hitz, counter",
                            26,
                            "no table is named \"hitz\""));

    static final List<Row> BACKENDS =
            List.of(
                    new Row("name = web2", "name = web1", 40, "server web1 is listed twice"),
                    new Row(
                            "\"10.0.1.2:8080\"",
                            "\"10.0.1.2\"",
                            40,
                            "\"10.0.1.2\" has no port (\"10.0.1.2:8080\")"),
                    new Row(
                            "\"10.0.1.2:8080\"",
                            "\"web2.example:8080\"",
                            40,
                            "names are not looked up in this version"),
                    new Row(
                            "\"10.0.1.2:8080\"",
                            "\"10.0.0.100:80\"",
                            40,
                            "is one of our own listeners"),
                    new Row(
                            ANY_BOUND,
                            ANY_BOUND.replace("10.0.0.11", "0.0.0.0").replace(E1, "127.0.0.2:7000"),
                            43,
                            "is one of our own listeners"),
                    new Row(
                            ANY_BOUND,
                            ANY_BOUND.replace("10.0.0.11", "::").replace(E1, "10.0.0.100:7000"),
                            43,
                            "is one of our own listeners"),
                    new Row(
                            ANY_BOUND,
                            ANY_BOUND.replace("10.0.0.11", "0.0.0.0").replace(E1, "10.0.0.12:7000"),
                            43,
                            "is one of our own listeners"),
                    new Row("name = web2, ", "", 40, "`name` is missing"),
                    new Row(
                            "name = web2, ",
                            "name = web2, weight = 257, ",
                            40,
                            "257 is out of range (0 to 256)"),
                    new Row(
                            "tcp = true, every",
                            "tcp = true, http { get = \"/\" }, every",
                            37,
                            "only one could win"),
                    new Row(
                            "tcp = true, every",
                            "every",
                            37,
                            "`check` says neither `tcp` nor `http`"),
                    new Row(
                            "tcp = true, every",
                            "http { expect-status = 200 }, every",
                            37,
                            "exactly one of `get`, `head`, `options`"),
                    new Row(
                            "every = 2s",
                            "every = 2s, timeout = 3s",
                            37,
                            "a probe may take 3s and the next comes after 2s"),
                    new Row(
                            "table = stuck",
                            "table = stck",
                            43,
                            "no table is named \"stck\" (did you mean \"stuck\"?)"),
                    new Row(
                            "sticky { table = stuck }",
                            "sticky {}",
                            43,
                            "`sticky` needs exactly one of `cookie`, `table`, `learn`, `route`"),
                    new Row(
                            "sticky { table = stuck }",
                            "sticky { cookie { name = a, insert = false } }",
                            43,
                            "either inserted, prefixed or rewritten"),
                    new Row(
                            "sticky { table = stuck }",
                            "sticky { cookie { name = a }, first-choice = hash }",
                            43,
                            "`first-choice` needs `table`"),
                    new Row(
                            "expire = 30s",
                            "expire = 5s",
                            14,
                            "forgotten after 5s, before the counter's window of 10s"));

    static final List<Row> WARNINGS =
            List.of(
                    new Row(
                            "every = 2s",
                            "every = 500ms",
                            37,
                            "probes more often than once a second"),
                    new Row("every = 2s", "every = 1m", 37, "noticed after up to 3m"),
                    new Row("check { tcp = true }, servers", "servers", 43, "no `check`"),
                    new Row(
                            "api { path",
                            "old { path = \"/\" }, api { path",
                            18,
                            "condition old is not used"),
                    new Row("sticky { table = stuck }, ", "", 15, "table stuck is not used"),
                    new Row("backend = echo }", "backend = shop }", 43, "backend echo is not used"),
                    new Row(
                            "sticky { table = stuck }",
                            "sticky { cookie { name = a } }",
                            43,
                            "a cookie keeps nobody in mode tcp"),
                    new Row(
                            "\"10.0.1.2:8080\"",
                            "\"10.0.1.1:8080\"",
                            40,
                            "same address as server web1"),
                    new Row(
                            "address = \"10.0.1.3:7000\"",
                            "address = \"10.0.1.3:7000\", backup = true",
                            43,
                            "no server takes new clients"),
                    new Row(
                            "mode = tcp, backend = echo",
                            "mode = sessions, allow = [\"10.0.0.0/8\"]",
                            33,
                            "sessions without `users`"),
                    new Row(
                            "    lb2 { id = 2, addresses = [\"10.0.0.12\"] }\n",
                            "",
                            4,
                            "one node: nothing can fail over"),
                    new Row(
                            "port = 7000",
                            "port = 7113",
                            33,
                            "`frontends.echo.bind.port` leaves vipd no port 7113"
                                    + " (`cluster.ports.mesh` + 1)"),
                    new Row(
                            "address = \"10.0.0.11\", port = 7000",
                            "address = \"0.0.0.0\", port = 7113",
                            33,
                            "`frontends.echo.bind.port` leaves vipd no port 7113"),
                    new Row(
                            "backends {",
                            "admin { listen = \"10.0.0.12:7113\", allow = [\"10.0.0.0/8\"] }\n"
                                    + "backends {",
                            35,
                            "`admin.listen` leaves vipd no port 7113"),
                    new Row(
                            "name = edge",
                            "name = edge, ports { sessions = 7113 }",
                            3,
                            "`cluster.ports.sessions` leaves vipd no port 7113"),
                    new Row(
                            "name = edge",
                            "name = edge, ports { members = 8000, mesh = 8099 }",
                            3,
                            "`cluster.ports.members` leaves vipd no port 8100"),
                    new Row(
                            "name = edge",
                            "name = edge, ports { mesh = 65535 }",
                            3,
                            "`cluster.ports.mesh` leaves vipd no port 65536"));

    private static Outcome read(Row row) {
        assertThat(SOUND).contains(row.from());
        int at = SOUND.indexOf(row.from());
        String text = SOUND.substring(0, at) + row.to() + SOUND.substring(at + row.from().length());
        return ConfigParser.parse(text, "proa.conf", Path.of("/etc/proa"), Optional.empty());
    }

    @Test
    void theSoundFileIsSoundAndWarnsOfNothing() {
        Outcome outcome = read(new Row("schema", "schema", 1, ""));

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) outcome).warnings()).isEmpty();
    }

    @ParameterizedTest
    @FieldSource({
        "FORM",
        "LAYOUT",
        "EMPTY",
        "PORTS",
        "CLUSTER",
        "GROUPS",
        "FRONTENDS",
        "CONDITIONS",
        "BACKENDS"
    })
    void theMistakeIsReportedAtItsLine(Row row) {
        Outcome outcome = read(row);

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .extracting(Violation::toString)
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .startsWith("proa.conf:" + row.line() + ": ")
                                        .contains(row.words()));
    }

    @ParameterizedTest
    @FieldSource("WARNINGS")
    void whatIsDoubtfulIsAWarningAtItsLine(Row row) {
        Row sound = row.to().isEmpty() && row.line() == 4 ? alone(row) : row;
        Outcome outcome = read(sound);

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) outcome).warnings())
                .extracting(Violation::toString)
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .startsWith("proa.conf:" + row.line() + ": ")
                                        .contains(row.words()));
    }

    private static Outcome read(String text) {
        return ConfigParser.parse(text, "proa.conf", Path.of("/etc/proa"), Optional.empty());
    }

    @Test
    void bracesAndValuesOnLinesOfTheirOwnAreFollowed() {
        String other =
                SOUND.replaceAll("(?m) \\{$", " // so\n\n# or so\n{").replace("mode =", "mode\n=");

        assertThat(read(other)).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) read(other)).hash()).isEqualTo(((Outcome.Ok) read(SOUND)).hash());
    }

    /** As when a server name says whose TLS ends here, and whose elsewhere. */
    @Test
    void oneListenerMayHaveAnotherBehindIt() {
        String chained = SOUND.replace("\"10.0.1.2:8080\"", "\"10.0.0.11:7000\"");
        assertThat(read(chained)).isInstanceOf(Outcome.Ok.class);

        assertThat(((Outcome.Refused) read(chained.replace(E1, "10.0.0.100:80"))).violations())
                .filteredOn(violation -> violation.message().contains("one of our own listeners"))
                .extracting(Violation::line)
                .containsExactly(40, 43);
    }

    @Test
    void whatListensForDatagramsIsInNoConnectionsWay() {
        String names =
                "dns { bind { address = \"10.0.1.1\", port = 8080 }, mode = udp, backend = names }";
        String both =
                SOUND.replace("echo { bind", names + "\n  echo { bind")
                        .replace(
                                "backends {",
                                "backends {\n  names { servers = [ { name = n, address ="
                                        + " \"10.0.1.9:53\" } ] }");
        assertThat(read(both)).isInstanceOf(Outcome.Ok.class);
        assertThat(read(both.replace("10.0.1.9:53", "10.0.1.1:8080")).toString())
                .contains("server n is one of our own listeners");
    }

    @Test
    void otherAddressesOfLoopbackAreNotTheEngines() {
        String bound = SOUND.replace("\"10.0.0.11\", port = 7000", "\"127.0.0.1\", port = 5701");
        String admin =
                SOUND.replace("backends {", "admin { listen = \"127.0.0.1:5701\" }\nbackends {");
        assertThat(List.of(read(bound), read(admin))).hasOnlyElementsOfType(Outcome.Ok.class);
    }

    @Test
    void anAdvertisementHasNoRoomForMoreAddresses() {
        String vips = addresses(256, "10.1.0.");
        assertThat(read(SOUND.replace("main = \"10.0.0.100\"", vips)).toString())
                .contains("proa.conf:11: 257 addresses of one family (at most 255");
        String six = addresses(255, "fd00::");
        assertThat(read(SOUND.replace("main = \"10.0.0.100\"", six)))
                .isInstanceOf(Outcome.Ok.class);
    }

    /** That of the sound file besides. */
    private static String addresses(int count, String network) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(at -> "v" + at + " = \"" + network + at + "\"")
                .collect(java.util.stream.Collectors.joining(", ", "main = \"10.0.0.100\", ", ""));
    }

    /** Another address, datagrams, and a file whose addresses are nobody's but the binder's. */
    @Test
    void whoIsNotInTheWayOfVipdsSecondPortIsNotWarnedOf() {
        String port = "port = 7113";
        for (Row row :
                List.of(
                        new Row("\"10.0.0.11\", port = 7000", "\"10.0.0.9\", " + port, 1, ""),
                        new Row("main, port = 80", "main, " + port, 1, ""),
                        new Row("port = 7000 }, mode = tcp", port + " }, mode = udp", 1, ""))) {
            assertThat(((Outcome.Ok) read(row)).warnings())
                    .as(row.to())
                    .noneMatch(warning -> warning.message().contains("7113"));
        }
        Outcome bound =
                ConfigParser.parse(
                        SOUND.replace("name = edge", "name = edge, ownership = bind")
                                .replace("port = 7000", port),
                        "proa.conf",
                        Path.of("/etc/proa"),
                        Optional.empty());
        assertThat(((Outcome.Ok) bound).warnings()).isEmpty();
    }

    /** Without the second node the group must not name it either. */
    private static Row alone(Row row) {
        int begin = SOUND.indexOf(row.from());
        int end = SOUND.indexOf("[lb1, lb2]") + "[lb1, lb2]".length();
        String changed =
                SOUND.substring(begin + row.from().length(), end).replace("[lb1, lb2]", "[lb1]");
        return new Row(SOUND.substring(begin, end), changed, row.line(), row.words());
    }

    @Test
    void everyViolationIsListedAtOnceByLine() {
        String text =
                SOUND.replace("name = edge", "nmae = edge")
                        .replace("vrid = 51", "vrid = 510")
                        .replace("every = 2s", "every = 2")
                        .replace("backend = echo }", "backend = eco }");
        Outcome outcome = ConfigParser.parse(text, "f", Path.of(""), Optional.of("lb9"));

        assertThat(((Outcome.Refused) outcome).violations())
                .extracting(Violation::line)
                .containsExactly(2, 3, 4, 11, 33, 37);
    }

    @Test
    void aSyntaxErrorStopsTheReadingAtItsLine() {
        Outcome outcome =
                ConfigParser.parse(
                        SOUND.replace("mode = http\n", "mode = }\n"),
                        "f",
                        Path.of(""),
                        Optional.empty());

        List<Violation> violations = ((Outcome.Refused) outcome).violations();
        assertThat(violations).hasSize(1);
        assertThat(violations.getFirst().line()).isBetween(23, 45);
        assertThat(violations.getFirst().message()).doesNotContain("\n").doesNotContain("f: ");
    }

    @Test
    void deepNestingIsRefusedBeforeItExhaustsTheStack() {
        for (String deep :
                List.of(
                        "a = " + "[".repeat(100_000),
                        "a {".repeat(100_000),
                        "a.".repeat(100_000) + "b = 1",
                        "x = ] " + "[".repeat(100_000))) {
            Outcome outcome =
                    ConfigParser.parse("schema = 1\n" + deep, "f", Path.of(""), Optional.empty());

            assertThat(outcome).isInstanceOf(Outcome.Refused.class);
            assertThat(((Outcome.Refused) outcome).violations().getFirst().message())
                    .contains("deeper");
        }
    }

    @Test
    void aMissingSubstitutionIsRefusedAndTheEnvironmentIsNotAsked() {
        Outcome outcome =
                ConfigParser.parse(
                        SOUND.replace("name = edge", "name = ${PATH}"),
                        "f",
                        Path.of(""),
                        Optional.empty());

        assertThat(((Outcome.Refused) outcome).violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.line()).isEqualTo(3))
                .satisfies(violation -> assertThat(violation.message()).contains("${PATH}"));
    }

    @Test
    void substitutionsWithinTheFileWork() {
        Outcome outcome =
                ConfigParser.parse(
                        SOUND.replace(
                                        "vips { main = \"10.0.0.100\" }",
                                        "vips { main = ${cluster.name} }")
                                .replace("name = edge", "name = \"10.0.0.100\""),
                        "f",
                        Path.of(""),
                        Optional.empty());

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
    }
}
