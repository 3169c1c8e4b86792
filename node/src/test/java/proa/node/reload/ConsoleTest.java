package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.link.LinkMessage;
import proa.node.admin.JsonReader;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API of a running node for users who log in, and who does not get in. */
class ConsoleTest {

    private static final String DRAIN = "/api/v1/backends/shop/servers/s1?order=drain";

    @TempDir private static Path directory;
    private static ConsoleSite site;

    @BeforeAll
    static void start() throws Exception {
        site = new ConsoleSite(directory);
    }

    @AfterAll
    static void close() throws Exception {
        site.close();
    }

    /** A browser that has logged in: its cookie and its token. */
    private record Browser(String cookie, String token, String answer) {

        static Browser logIn(String user) throws Exception {
            String answer = login("127.0.0.1", user, ConsoleSite.PASSWORD);
            return new Browser(
                    found(answer, "Set-Cookie: (proa=[A-Za-z0-9_-]{43});"),
                    found(answer, "\"token\":\"([A-Za-z0-9_-]{43})\""),
                    answer);
        }

        String fields(String token, String request, String more) {
            return "Cookie: a=b; "
                    + cookie
                    + "\r\nX-Proa-Token: "
                    + token
                    + "\r\nX-Proa-Request: "
                    + request
                    + "\r\n"
                    + more;
        }

        String get(String target) throws Exception {
            return site.ask("GET", target, "Cookie: " + cookie + "\r\n", "");
        }

        String post(String target) throws Exception {
            String request = UUID.randomUUID().toString();
            return site.ask("POST", target, fields(token, request, ""), "");
        }
    }

    private static String login(String from, String user, String password) throws Exception {
        String form =
                "name=" + user + "&password=" + URLEncoder.encode(password, StandardCharsets.UTF_8);
        return site.from(from, "POST", "/login", "", form);
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static Map<?, ?> document(String answer) {
        return (Map<?, ?>)
                JsonReader.read(answer.substring(answer.indexOf("\r\n\r\n") + 4).strip());
    }

    @Test
    void monitoringNeedsNoLoginAndEverythingElseDoes() throws Exception {
        assertThat(site.ask("GET", "/health/live", "", "")).startsWith("HTTP/1.1 200 OK");
        assertThat(site.ask("GET", "/metrics", "", "")).contains("proa_ready");
        for (String path : List.of("/status", "/stream", "/session", "/openapi.json", "/nothing")) {
            assertThat(site.ask("GET", "/api/v1" + path, "", ""))
                    .startsWith("HTTP/1.1 401 Unauthorized")
                    .contains("log in first: POST /login, or Basic with each request");
        }
        assertThat(site.ask("POST", DRAIN, "", "")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void pagesAreTheirOwnAndNobodyElsesFrame() throws Exception {
        String page = site.ask("GET", "/", "", "");
        assertThat(page)
                .startsWith("HTTP/1.1 200 OK")
                .contains("Content-Security-Policy: default-src 'self'; frame-ancestors 'none'")
                .contains("X-Content-Type-Options: nosniff")
                .doesNotContain("<style", "style=", "onclick", "src=\"http", "href=\"http");
        for (String script : List.of("main", "server", "views", "plots", "actions", "words")) {
            assertThat(site.ask("GET", "/" + script + ".js", "", ""))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("Content-Type: text/javascript; charset=utf-8");
        }
        assertThat(site.ask("GET", "/uplot.js", "", "")).contains("export { uPlot as default }");
        assertThat(site.ask("HEAD", "/", "", "")).endsWith("\r\n\r\n");
        assertThat(site.ask("GET", "/../proa.conf", "", ""))
                .startsWith("HTTP/1.1 404 ")
                .contains("there are the dashboard at /, the API at /api/v1");
        assertThat(site.ask("PUT", "/", "", "")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void aLoginIsShort() throws Exception {
        String pairs = "a&".repeat(2 << 10);
        assertThat(site.from("127.0.0.22", "POST", "/login", "", pairs + "a"))
                .startsWith("HTTP/1.1 413 ")
                .contains("a login has at most 4096 characters");
        assertThat(site.from("127.0.0.22", "POST", "/login", "", pairs))
                .startsWith("HTTP/1.1 401 ");
        assertThat(login("127.0.0.22", "vera", ConsoleSite.PASSWORD)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void programsSayTheirPasswordEachTime() throws Exception {
        assertThat(document(site.as("vera", "GET", "/api/v1/status")).get("node")).isEqualTo("lb1");
        assertThat(
                        site.from(
                                "127.0.0.21",
                                "GET",
                                "/api/v1/nodes",
                                ConsoleSite.basic("vera", "wrong"),
                                ""))
                .startsWith("HTTP/1.1 401 ")
                .contains("the name or the password is wrong");
        assertThat(
                        site.from(
                                "127.0.0.21",
                                "GET",
                                "/api/v1/nodes",
                                ConsoleSite.basic("vero", ConsoleSite.PASSWORD),
                                ""))
                .contains("the name or the password is wrong");
        assertThat(site.ask("GET", "/api/v1/nodes", "Authorization: Bearer x\r\n", ""))
                .contains("of Authorization, Basic is understood");
        assertThat(site.ask("GET", "/api/v1/nodes", "Authorization: Basic !\r\n", ""))
                .contains("the Basic credentials are not base64");
    }

    @Test
    void aRoleThatIsTooLowIsSaid() throws Exception {
        assertThat(site.as("vera", "POST", DRAIN))
                .startsWith("HTTP/1.1 403 Forbidden")
                .contains("this needs the role operate; vera has view");
        assertThat(site.as("olga", "POST", "/api/v1/reload"))
                .contains("this needs the role admin; olga has operate");
        assertThat(site.as("olga", "GET", "/api/v1/history/1"))
                .as("it has the secrets of the configuration")
                .contains("this needs the role admin; olga has operate");
        assertThat(site.as("olga", "POST", "/api/v1/nodes/lb1/drain"))
                .contains("this needs the role admin");
        assertThat(site.as("anna", "POST", "/api/v1/frontends/http/keys/begin?seconds=60"))
                .startsWith("HTTP/1.1 403 Forbidden")
                .contains("this is for those on this machine: ask on its socket");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        assertThat(site.as("anna", "GET", "/api/v1/nothing"))
                .startsWith("HTTP/1.1 404 ")
                .contains("there are /status, /nodes, /groups")
                .contains("/backends/{backend}/servers/{server}");
        assertThat(site.as("anna", "POST", "/api/v1/status"))
                .startsWith("HTTP/1.1 405 ")
                .contains("this is for GET only");
        assertThat(site.as("anna", "GET", "/api/v1/tables/client/entry?key=127.0.0.1"))
                .startsWith("HTTP/1.1 404 ")
                .contains("there is no table client (did you mean \\\"clients\\\"?)");
        assertThat(site.as("anna", "GET", "/api/v1/tables/clients/entry"))
                .startsWith("HTTP/1.1 400 ")
                .contains("the parameter key is missing: an address, a text or a number");
        assertThat(site.as("anna", "GET", "/api/v1/tables/clients/entry?key=me"))
                .contains("keys of this table are addresses, such as 192.0.2.7, not me");
        assertThat(site.as("anna", "POST", "/api/v1/nodes/lb9/drain"))
                .contains("there is no node lb9 (did you mean");
        assertThat(site.as("anna", "POST", "/api/v1/groups/wbe/move"))
                .contains("there is no group wbe (did you mean");
        assertThat(site.as("anna", "POST", "/api/v1/groups/web/move?node=lb7"))
                .contains("there is no node lb7 (did you mean");
    }

    @Test
    void groupsAndNodesAreVipdsToMove() throws Exception {
        assertThat(site.as("vera", "GET", "/api/v1/groups"))
                .contains("\"state\":\"ACTIVE\",\"owner\":\"lb1\",\"term\":3")
                .contains("\"why\":\"nobody else is ready\"", "\"vips\":[\"main 192.0.2.77\"]")
                .containsPattern("\"since\":\"20[0-9-]+T");
        assertThat(site.as("anna", "POST", "/api/v1/groups/web/move")).contains("passed on");
        assertThat(site.as("anna", "POST", "/api/v1/groups/web/move?node=lb2"))
                .startsWith("HTTP/1.1 422 ")
                .contains("lb2 is not ready for web");
        assertThat(site.as("anna", "POST", "/api/v1/nodes/lb2/drain")).contains("passed on");
        assertThat(site.as("anna", "POST", "/api/v1/nodes/lb2/ready")).contains("passed on");
        assertThat(site.as("anna", "POST", "/api/v1/nodes/lb2/drain?seconds=600"))
                .contains("passed on");
        assertThat(site.as("anna", "POST", "/api/v1/nodes/lb2/drain?seconds=0"))
                .startsWith("HTTP/1.1 400 ")
                .contains("seconds are 1 to 2592000, not 0");
        assertThat(List.copyOf(site.vipd.orders))
                .containsSubsequence(
                        new LinkMessage.Move("web", "", "anna"),
                        new LinkMessage.Move("web", "lb2", "anna"),
                        new LinkMessage.Maintenance("lb2", true, "anna"),
                        new LinkMessage.Maintenance("lb2", false, "anna"),
                        new LinkMessage.Maintenance("lb2", true, "anna", false, 600));
    }

    @Test
    void aBrowserLogsInChangesSomethingOnceAndLogsOut() throws Exception {
        Browser browser = Browser.logIn("olga");
        assertThat(browser.answer())
                .startsWith("HTTP/1.1 200 OK")
                .contains("; Path=/; HttpOnly; SameSite=Strict\r\n")
                .contains("\"user\":\"olga\",\"role\":\"operate\"");
        assertThat(browser.get("/api/v1/session")).contains("\"token\":\"" + browser.token());

        String drain = browser.fields(browser.token(), "request-1", "");
        assertThat(site.ask("POST", DRAIN, drain, ""))
                .startsWith("HTTP/1.1 200 OK")
                .contains("\"order\":\"DRAIN\"")
                .contains("drain by olga");
        assertThat(site.ask("POST", DRAIN, drain, ""))
                .startsWith("HTTP/1.1 409 Conflict")
                .contains("this request was made before: nothing was done again");
        assertThat(browser.post("/api/v1/backends/shop/servers/s1?order=ready"))
                .startsWith("HTTP/1.1 200 OK");

        assertThat(browser.get("/api/v1/logout")).startsWith("HTTP/1.1 405 ");
        assertThat(browser.post("/api/v1/logout")).contains("Set-Cookie: proa=; ", "Max-Age=0");
        assertThat(browser.get("/api/v1/status"))
                .startsWith("HTTP/1.1 401 ")
                .contains("this login is over: log in again");
    }

    @Test
    void otherSitesCannotAskInAUsersName() throws Exception {
        Browser browser = Browser.logIn("anna");
        assertThat(site.ask("POST", DRAIN, "Cookie: " + browser.cookie() + "\r\n", ""))
                .startsWith("HTTP/1.1 403 ")
                .contains("the field X-Proa-Token is not that of this login");
        assertThat(
                        site.ask(
                                "POST",
                                DRAIN,
                                browser.fields(browser.token() + "x", "request-1", ""),
                                ""))
                .contains("the field X-Proa-Token is not that of this login");
        assertThat(site.ask("POST", DRAIN, browser.fields(browser.token(), "short", ""), ""))
                .startsWith("HTTP/1.1 400 ")
                .contains("the field X-Proa-Request is a new id for each change");
        for (String field :
                List.of(
                        "Origin: https://evil.example\r\n",
                        "Origin: null\r\n",
                        "Sec-Fetch-Site: cross-site\r\n",
                        "Sec-Fetch-Site: same-site\r\n")) {
            assertThat(
                            site.ask(
                                    "POST",
                                    DRAIN,
                                    browser.fields(browser.token(), "request-2", field),
                                    ""))
                    .as(field)
                    .startsWith("HTTP/1.1 403 ")
                    .contains("this request comes from another site");
            assertThat(site.ask("POST", "/login", field, "name=anna&password=x"))
                    .contains("this request comes from another site");
            String program = ConsoleSite.basic("anna", ConsoleSite.PASSWORD) + field;
            assertThat(site.ask("POST", DRAIN, program, ""))
                    .contains("this request comes from another site");
        }
        assertThat(site.as("anna", "GET", "/api/v1/backends/shop")).doesNotContain("drain by anna");
    }

    @Test
    void whoGuessesHasToWait() throws Exception {
        for (int guess = 0; guess < 5; guess++) {
            assertThat(login("127.0.0.31", "anna", "guess " + guess))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("the name or the password is wrong");
        }
        assertThat(login("127.0.0.31", "anna", ConsoleSite.PASSWORD))
                .startsWith("HTTP/1.1 429 Too Many Requests")
                .contains("too many logins from there have failed: wait ")
                .containsPattern("Retry-After: [1-6]?[0-9]\r\n");
        assertThat(login("127.0.0.32", "anna", ConsoleSite.PASSWORD)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whatIsKeptForAClientIsShownByNodeAndCleared() throws Exception {
        site.echo();
        Map<?, ?> entry =
                document(site.as("vera", "GET", "/api/v1/tables/clients/entry?key=127.0.0.1"));
        assertThat(entry.get("found")).isEqualTo(true);
        assertThat(entry.get("server")).isEqualTo("e");
        assertThat(entry.get("writer")).isEqualTo("lb1");
        assertThat(site.as("vera", "POST", "/api/v1/tables/clients/clear?key=127.0.0.1"))
                .contains("this needs the role operate");
        assertThat(site.as("olga", "POST", "/api/v1/tables/clients/clear?key=127.0.0.1"))
                .contains("\"cleared\":true");
        assertThat(site.as("vera", "GET", "/api/v1/tables/clients/entry?key=127.0.0.1"))
                .contains("\"found\":false");
    }

    @Test
    void theDescriptionIsOfWhatIsThere() throws Exception {
        Map<?, ?> description = document(site.as("vera", "GET", "/api/v1/openapi.json"));
        assertThat(description.get("openapi")).isEqualTo("3.1.0");
        Map<?, ?> paths = (Map<?, ?>) description.get("paths");
        List<String> ids = new ArrayList<>();
        paths.forEach(
                (path, operations) ->
                        ((Map<?, ?>) operations)
                                .forEach(
                                        (method, operation) ->
                                                ids.add(tried(path, method, operation))));
        assertThat(ids)
                .doesNotHaveDuplicates()
                .contains(
                        "get-status",
                        "get-stream",
                        "post-backends-backend-servers-server",
                        "post-groups-group-move",
                        "get-tables-table-entry");
    }

    @Test
    void answersAreAsDescribed() throws Exception {
        Described api = new Described(document(site.as("vera", "GET", "/api/v1/openapi.json")));
        site.echo();
        Map<String, String> queries =
                Map.of(
                        "GET /tables/{table}/entry", "?key=127.0.0.1",
                        "GET /sessions/entry", "?key=sess:1",
                        "GET /sessions/content", "?key=sess:1",
                        "GET /explain", "?url=http://127.0.0.1:" + site.file.httpPort + "/",
                        "POST /backends/{backend}/servers/{server}", "?order=ready",
                        "POST /tables/{table}/clear", "?key=127.0.0.1",
                        "POST /plan", "?file=proa.conf",
                        "POST /apply", "?file=proa.conf");
        Map<?, ?> paths = (Map<?, ?>) api.document().get("paths");
        int done = 0;
        for (Object each : paths.keySet()) {
            for (Object method : ((Map<?, ?>) paths.get(each)).keySet()) {
                String path = each.toString();
                String verb = method.toString().toUpperCase(java.util.Locale.ROOT);
                if (!path.equals("/stream")) {
                    String query = queries.getOrDefault(verb + " " + path, "");
                    done += isAsDescribed(api, verb, path, query) == 200 ? 1 : 0;
                }
            }
        }
        site.vipd.orders.clear(); // others look at them
        assertThat(done).as("answers that are not of errors").isGreaterThan(18);
    }

    private static int isAsDescribed(Described api, String method, String path, String query)
            throws Exception {
        String target =
                path.replace("{backend}", "shop")
                                .replace("{server}", "s0")
                                .replace("{table}", "clients")
                                .replace("{group}", "web")
                                .replace("{node}", "lb1")
                                .replace("{version}", "1")
                        + query;
        boolean body = api.operation(method, path).containsKey("requestBody");
        String sent = body ? java.nio.file.Files.readString(site.file.path()) : "";
        String answer =
                site.ask(
                        method,
                        "/api/v1" + target,
                        ConsoleSite.basic("anna", ConsoleSite.PASSWORD),
                        sent);
        int status = Integer.parseInt(answer.substring(9, 12));
        api.assertDescribes(method, path, status, document(answer));
        if (body) {
            assertThat(site.as("anna", method, "/api/v1" + target))
                    .as("without its body")
                    .doesNotStartWith("HTTP/1.1 200 ");
        }
        return status;
    }

    @Test
    void theCookieIsDescribedByItsName() throws Exception {
        Map<?, ?> description = document(site.as("vera", "GET", "/api/v1/openapi.json"));
        assertThat(description.get("components").toString()).contains("name=proa}");
    }

    /** Asks what is described, too little for it to be done; its id. */
    private static String tried(Object path, Object method, Object operation) {
        String target = "/api/v1" + path.toString().replaceAll("\\{[a-z]+}", "none");
        Map<?, ?> described = (Map<?, ?>) operation;
        try {
            String answer =
                    path.equals("/stream")
                            ? "HTTP/1.1 200 OK"
                            : site.as(
                                    "vera",
                                    method.toString().toUpperCase(java.util.Locale.ROOT),
                                    target);
            String role = described.get("x-role").toString();
            assertThat(answer)
                    .as(target)
                    .doesNotContain("there are /status")
                    .doesNotStartWith("HTTP/1.1 405 ")
                    .doesNotStartWith("HTTP/1.1 500 ");
            assertThat(answer.startsWith("HTTP/1.1 403 "))
                    .as(target)
                    .isEqualTo(!role.equals("view"));
        } catch (java.io.IOException e) {
            throw new AssertionError(target, e);
        }
        return described.get("operationId").toString();
    }

    @Test
    void aRunningNodeExplainsByItsStatesAndTables() throws Exception {
        String url = "&url=http://127.0.0.1:" + site.file.httpPort + "/";
        assertThat(site.as("olga", "POST", "/api/v1/backends/shop/servers/s0?order=maintenance"))
                .startsWith("HTTP/1.1 200 ");
        try {
            Map<?, ?> servers =
                    (Map<?, ?>)
                            document(
                                            site.as(
                                                    "vera",
                                                    "GET",
                                                    "/api/v1/explain?header=Cookie:+SERVERID=s0"
                                                            + url))
                                    .get("servers");
            assertThat(servers.get("first")).isEqualTo("s1");
            assertThat(servers.get("why").toString())
                    .startsWith("the client sticks to s0, which cannot be used; round-robin");
            assertThat(servers.get("all").toString()).contains("why=in maintenance");
        } finally {
            site.as("olga", "POST", "/api/v1/backends/shop/servers/s0?order=ready");
        }
        assertThat(site.as("vera", "GET", "/api/v1/explain?header=Cookie:+SERVERID=s1" + url))
                .contains("\"first\":\"s1\",\"why\":\"the client sticks to it\"");
        assertThat(site.as("vera", "GET", "/api/v1/explain?url=x"))
                .startsWith("HTTP/1.1 400 ")
                .contains("a URL is like https://shop.example");
    }

    @Test
    void theSameIsSaidOverASocket() throws Exception {
        assertThat(NodeSocket.ask(directory, "/api/v1/nodes"))
                .contains("{\"nodes\":[{\"name\":\"lb1\",\"id\":1");
        assertThat(NodeSocket.ask(directory, "/tables/clients/entry?key=192.0.2.1"))
                .contains("\"found\":false");
    }

    @Test
    void snapshotsComeUntilTheLoginIsOver() throws Exception {
        Browser browser = Browser.logIn("vera");
        try (Socket socket = connected()) {
            BufferedReader lines = stream(socket, "Cookie: " + browser.cookie() + "\r\n");
            for (int snapshot = 0; snapshot < 3; snapshot++) {
                assertThat(lines.lines().filter(line -> line.startsWith("data: ")).findFirst())
                        .hasValueSatisfying(
                                line ->
                                        assertThat(line)
                                                .contains("\"node\":\"lb1\"", "\"requests\":["));
            }
            assertThat(browser.post("/api/v1/logout")).startsWith("HTTP/1.1 200 ");
            assertThat(lines.lines().anyMatch("event: over"::equals)).isTrue();
        }
        Map<?, ?> samples = document(site.as("vera", "GET", "/api/v1/samples"));
        assertThat((List<?>) samples.get("time"))
                .hasSameSizeAs((List<?>) samples.get("open"))
                .isNotEmpty();
    }

    /** The lines of a stream of snapshots, once its answer has begun. */
    private static BufferedReader stream(Socket socket, String fields) throws Exception {
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(site.request("GET", "/api/v1/stream", fields, ""));
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEqualTo("HTTP/1.1 200 OK");
        return lines;
    }

    private static Socket connected() throws Exception {
        return new Socket(site.address().getAddress(), site.address().getPort());
    }

    @Test
    void anAddressOfIpv6IsWrittenAsInAUrl() throws Exception {
        InetAddress address = InetAddress.ofLiteral("fd00::1");
        assertThat(BackendReport.text(new InetSocketAddress(address, 9_110)))
                .isEqualTo("[fd00:0:0:0:0:0:0:1]:9110");
    }

    @Test
    void whereTheNodeListensBesidesFrontendsIsSaid() throws Exception {
        InetSocketAddress here = site.node.monitoring().orElseThrow();
        assertThat(document(site.as("vera", "GET", "/api/v1/status")).get("sockets"))
                .asInstanceOf(LIST)
                .contains("127.0.0.1:7800", "127.0.0.1:7900", BackendReport.text(here));
    }

    @Test
    void whoIsTakenOffTheListIsOut() throws Exception {
        Browser browser = Browser.logIn("olga");
        try (Socket page = connected();
                Socket program = connected()) {
            BufferedReader seen = stream(page, "Cookie: " + browser.cookie() + "\r\n");
            BufferedReader read = stream(program, ConsoleSite.basic("olga", ConsoleSite.PASSWORD));
            site.list("olga:view", "vera:view", "anna:admin");
            for (BufferedReader lines : List.of(seen, read)) {
                assertThat(lines.lines().limit(200).anyMatch("event: over"::equals)).isTrue();
            }
            assertThat(browser.get("/api/v1/status"))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("this account has changed or is gone");
        } finally {
            site.list("olga:operate", "vera:view", "anna:admin");
        }
    }
}
