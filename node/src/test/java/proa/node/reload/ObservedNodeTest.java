package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.RequiredProgram;
import proa.node.admin.JsonReader;
import proa.node.metrics.Family;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a running node tells of itself and of what passes. One node, in the order written. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ObservedNodeTest {

    /** With the date, host and program that a syslog daemon writes before. */
    private static final String BEFORE =
            "[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d lb1 proa\\[\\d+]: ";

    private static final String CLIENT =
            "127\\.0\\.0\\.1:\\d+ \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d\\.\\d{3}] ";

    private static ObservedSite site;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        site = new ObservedSite(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        site.close();
    }

    private static ExpositionParser scrape() throws Exception {
        String answer = site.ask("/metrics");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4");
        return ExpositionParser.of(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    @Test
    @Order(1)
    void a_request_is_a_line_as_haproxy_writes_it() throws Exception {
        String fields = "User-Agent: a|b\"c\r\nCookie: secret=1\r\nAuthorization: secret\r\n";
        String answer = site.get(site.file.httpPort, "/one?a=1", fields);
        assertThat(answer).startsWith("HTTP/1.1 200").contains("X-Request-ID: ");
        site.lines("http.log", 1); // loops have rings of their own: only this keeps the order
        String refused = site.get(site.file.httpPort, "/no", "");
        assertThat(refused).startsWith("HTTP/1.1 403").contains("X-Request-ID: ");
        site.lines("http.log", 2);
        assertThat(
                        ObservedSite.send(
                                site.node.address("http"), "GET / HTTP/1.1\r\nHost : a\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        List<String> lines = site.lines("http.log", 3);
        assertThat(lines.get(0))
                .matches(
                        BEFORE
                                + CLIENT
                                + "http shop/s[01] \\d+/\\d+/\\d+/\\d+/\\d+ 200 \\d+ - - ----"
                                + " \\d+/\\d+/\\d+/\\d+/0 0/0 \\{a#7Cb#22c\\|[0-9a-f-]{29}} \"GET"
                                + " /one\\?a=1 HTTP/1\\.1\"");
        assertThat(lines.get(1))
                .matches(
                        BEFORE
                                + CLIENT
                                + "http http/<NOSRV> \\d+/-1/-1/-1/\\d+ 403 \\d+ - - PR-- .*"
                                + " \\{\\|[0-9a-f-]{29}} \"GET /no HTTP/1\\.1\"");
        assertThat(lines.get(2))
                .matches(
                        BEFORE
                                + CLIENT
                                + "http http/<NOSRV> -1/-1/-1/-1/\\d+ 400 \\d+ - - PR-- .*"
                                + " \\{\\|} \"<BADREQ>\"");
        assertThat(lines.get(0)).contains("|" + id(answer) + "}");
        assertThat(lines.get(1)).contains("|" + id(refused) + "}");
        assertThat(String.join("", lines)).doesNotContain("secret");
        int bytes = Integer.parseInt(lines.get(0).replaceAll(".* 200 (\\d+) .*", "$1"));
        assertThat(bytes).isEqualTo(answer.getBytes(StandardCharsets.ISO_8859_1).length);
    }

    private static String id(String answer) {
        return answer.replaceAll("(?s).*X-Request-ID: ([0-9a-f-]+)\r\n.*", "$1");
    }

    @Test
    @Order(2)
    void a_json_line_has_every_key_and_the_same_id_as_the_server() throws Exception {
        site.get(site.file.morePort, "/two", "X-Request-ID: of-the-client\r\n");
        Map<?, ?> line = (Map<?, ?>) JsonReader.read(site.lines("json.log", 1).getFirst());
        assertThat(line.keySet().stream().map(Object::toString))
                .containsExactly(
                        "time",
                        "frontend",
                        "backend",
                        "server",
                        "client",
                        "client-port",
                        "method",
                        "target",
                        "protocol",
                        "status",
                        "bytes-in",
                        "bytes-out",
                        "request-millis",
                        "queue-millis",
                        "connect-millis",
                        "response-millis",
                        "total-millis",
                        "termination",
                        "retries",
                        "request-id");
        assertThat(line.get("request-id")).isEqualTo("of-the-client");
        assertThat(line.get("target")).isEqualTo("/two");
        assertThat(line.get("status")).isEqualTo(200L);
    }

    @Test
    @Order(3)
    void ids_that_are_not_believed_are_replaced_and_none_comes_twice() throws Exception {
        Set<String> ids = new HashSet<>();
        for (int request = 0; request < 20; request++) {
            String answer = site.get(site.file.httpPort, "/", "X-Request-ID: mine\r\n");
            ids.add(id(answer));
        }
        assertThat(ids).hasSize(20).allMatch(id -> id.matches("[0-9a-f]{16}-[0-9a-f]{12}"));
    }

    @Test
    @Order(4)
    void a_tcp_connection_is_a_line_with_its_bytes() throws Exception {
        byte[] said = "hello\n".getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.file.echoPort)) {
            socket.getOutputStream().write(said);
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(said.length)).isEqualTo(said);
        }
        assertThat(site.lines("tcp.log", 1).getFirst())
                .matches(
                        BEFORE
                                + CLIENT
                                + "echo echo/e \\d+/\\d+/\\d+ 6 (--|CD|SD) \\d+/\\d+/\\d+/0/0 0/0");
    }

    @Test
    @Order(5)
    void metrics_are_those_of_the_list_and_count_what_passed() throws Exception {
        site.lines("http.log", 23); // what is answered is counted a little later
        ExpositionParser now = scrape();
        Set<String> known =
                new HashSet<>(Arrays.stream(Family.values()).map(Family::exposedName).toList());
        assertThat(now.types.keySet().stream().filter(name -> name.startsWith("proa_")))
                .isNotEmpty()
                .allMatch(known::contains);
        assertThat(now.types.keySet())
                .contains("jvm_memory_used_bytes", "process_cpu_usage", "process_files_open_files");
        assertThat(now.value("proa_frontend_responses_total", "class=\"2xx\",frontend=\"http\""))
                .isEqualTo(21);
        assertThat(now.value("proa_frontend_responses_total", "class=\"4xx\",frontend=\"http\""))
                .isEqualTo(2);
        assertThat(now.value("proa_frontend_endings_total", "ending=\"PR\",frontend=\"http\""))
                .isEqualTo(2);
        assertThat(now.value("proa_frontend_connections_total", "frontend=\"http\"")).isEqualTo(23);
        assertThat(now.value("proa_frontend_received_bytes_total", "frontend=\"echo\""))
                .isEqualTo(6);
        assertThat(now.value("proa_backend_latency_seconds_count", "backend=\"shop\""))
                .isEqualTo(22);
        assertThat(
                        now.value(
                                        "proa_server_responses_total",
                                        "backend=\"shop\",class=\"2xx\",server=\"s0\"")
                                + now.value(
                                        "proa_server_responses_total",
                                        "backend=\"shop\",class=\"2xx\",server=\"s1\""))
                .isEqualTo(22);
        assertThat(now.value("proa_server_connections_total", "backend=\"shop\",server=\"s0\""))
                .as("fewer than requests")
                .isBetween(1.0, 10.0);
        assertThat(now.value("proa_backend_servers_up", "backend=\"shop\"")).isEqualTo(2);
        assertThat(now.value("proa_cluster_nodes", "")).isEqualTo(2);
        assertThat(now.value("proa_local_ports", "")).isPositive();
        assertThat(
                        now.value(
                                "proa_server_local_ports_used",
                                "backend=\"shop\",server=\"s0\",source=\"127.0.0.1\""))
                .isPositive();
        assertThat(now.value("proa_server_port_shortages_total", "backend=\"shop\",server=\"s0\""))
                .isZero();
    }

    @Test
    @Order(5)
    void a_collector_gets_the_same_without_asking() throws Exception {
        ExpositionParser asked = scrape();
        int before = site.receiver.messages.size();
        Await.until("another one", () -> site.receiver.messages.size() >= before + 2);
        ResourceMetrics all = site.receiver.messages.getLast().getResourceMetrics(0);
        assertThat(all.getResource().getAttributesList().stream().map(ObservedNodeTest::words))
                .contains("service.name=proa", "service.instance.id=lb1");
        Map<String, Metric> metrics =
                all.getScopeMetrics(0).getMetricsList().stream()
                        .collect(Collectors.toMap(Metric::getName, metric -> metric));
        assertThat(metrics.keySet()).containsAll(asked.types.keySet());
        Sum responses = metrics.get("proa_frontend_responses_total").getSum();
        assertThat(responses.getIsMonotonic()).isTrue();
        assertThat(responses.getAggregationTemporality())
                .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
        assertThat(
                        responses.getDataPointsList().stream()
                                .filter(
                                        point ->
                                                point.getAttributesList().stream()
                                                        .map(ObservedNodeTest::words)
                                                        .toList()
                                                        .containsAll(
                                                                List.of(
                                                                        "class=2xx",
                                                                        "frontend=http")))
                                .map(NumberDataPoint::getAsDouble))
                .containsExactly(21.0);
        assertThat(responses.getDataPoints(0).getStartTimeUnixNano())
                .isPositive()
                .isLessThan(responses.getDataPoints(0).getTimeUnixNano());
        assertThat(metrics.get("proa_backend_servers_up").getGauge().getDataPointsList())
                .anyMatch(point -> point.getAsDouble() == 2);
        HistogramDataPoint latency =
                metrics
                        .get("proa_backend_latency_seconds")
                        .getHistogram()
                        .getDataPointsList()
                        .stream()
                        .filter(point -> words(point.getAttributes(0)).equals("backend=shop"))
                        .findFirst()
                        .orElseThrow();
        assertThat(latency.getCount()).isEqualTo(22);
        assertThat(latency.getBucketCountsList().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(22);
        assertThat(latency.getBucketCountsCount()).isEqualTo(latency.getExplicitBoundsCount() + 1);
    }

    private static String words(KeyValue attribute) {
        return attribute.getKey() + "=" + attribute.getValue().getStringValue();
    }

    @Test
    @Order(6)
    void halog_reads_our_lines() throws Exception {
        RequiredProgram.assume("halog");
        int lines = site.lines("http.log", 23).size();
        Process halog =
                new ProcessBuilder("halog", "-st", "-q")
                        .redirectInput(site.directory.resolve("http.log").toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(halog.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(halog.waitFor()).isZero();
        assertThat(said.lines().map(line -> line.trim().replaceAll("\\s+", " ")))
                .contains("200 21", "403 1", "400 1");
        assertThat(lines).isEqualTo(23);
    }

    @Test
    @Order(7)
    void a_renamed_log_is_opened_anew() throws Exception {
        Path log = site.directory.resolve("http.log");
        Files.move(log, site.directory.resolve("http.log.1"));
        site.node.reopenLogs();
        Await.until("it is there again", () -> Files.exists(log));
        site.get(site.file.httpPort, "/after", "");
        assertThat(site.lines("http.log", 1).getFirst()).contains("GET /after ");
    }

    @Test
    @Order(7)
    void a_stream_of_http2_is_a_line_of_its_own() throws Exception {
        RequiredProgram.assume("curl");
        Process curl =
                new ProcessBuilder(
                                "curl",
                                "-s",
                                "--http2-prior-knowledge",
                                "http://127.0.0.1:" + site.file.morePort + "/streams")
                        .start();
        assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .matches("s[01]");
        Map<?, ?> line = (Map<?, ?>) JsonReader.read(site.lines("json.log", 2).get(1));
        assertThat(line.get("protocol")).isEqualTo("HTTP/2.0");
        assertThat(line.get("target")).isEqualTo("/streams");
        assertThat(line.get("termination")).isEqualTo("--");
        assertThat((Long) line.get("bytes-out")).isGreaterThan(100);
        assertThat(scrape().value("proa_frontend_connections_total", "frontend=\"json\""))
                .isEqualTo(2);
    }

    @Test
    @Order(7)
    void the_line_of_one_who_waited_says_how_many_were_ahead() throws Exception {
        List<Thread> clients = new ArrayList<>();
        for (int waiting = -1; waiting < 3; waiting++) {
            String target = waiting < 0 ? "/slow" : "/waits" + waiting;
            clients.add(Thread.ofVirtual().start(() -> askBusy(target)));
            int so = Math.max(0, waiting + 1);
            Await.until("it is there", () -> site.busy.requests.get() == 1);
            Await.until(
                    so + " wait",
                    () -> scrape().value("proa_backend_queue", "backend=\"busy\"") == so);
        }
        site.busy.slowMayAnswer.countDown();
        for (Thread client : clients) {
            client.join();
        }
        String log = String.join("\n", site.lines("busy.log", 4));
        assertThat(log)
                .containsPattern("/0 0/0 .*GET /slow ")
                .containsPattern("/0 0/0 .*GET /waits0 ")
                .containsPattern("/0 0/1 .*GET /waits1 ")
                .containsPattern("/0 0/2 .*GET /waits2 ");
    }

    private static void askBusy(String target) {
        try {
            site.get(site.busyPort, target, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(8)
    void health_says_what_is_lacking_and_what_is_only_a_warning() throws Exception {
        assertThat(site.ask("/health/live")).startsWith("HTTP/1.1 200").contains("\"live\":true");
        Await.until("ready", () -> site.ask("/health/ready").startsWith("HTTP/1.1 200"));
        assertThat(site.ask("/health/ready"))
                .contains("\"warnings\":[]", "\"echo\":{\"ready\":true,\"lacking\":[]}");
        site.file.write(site.text.replace("mode = tcp", "mode = tpc"));
        site.node.reload("a test");
        assertThat(site.ask("/health/ready"))
                .startsWith("HTTP/1.1 200")
                .contains("a reload by a test at ", "tpc");
        assertThat(scrape().value("proa_configuration_refused", "")).isEqualTo(1);
        site.file.write(site.text);
        site.node.reload("a test");
        assertThat(site.ask("/health/ready")).contains("\"warnings\":[]");
        assertThat(site.ask("/reload")).startsWith("HTTP/1.1 404");
    }

    @Test
    @Order(9)
    void events_tell_of_servers_reloads_and_views() throws Exception {
        site.shops.get(1).close();
        Await.until(
                "down",
                () ->
                        NodeSocket.ask(site.directory, "/events")
                                .contains("\"shop/s1\",\"text\":\"its check says down after "));
        String events = NodeSocket.ask(site.directory, "/events");
        assertThat(events)
                .contains(
                        "\"kind\":\"node\"",
                        "\"kind\":\"view\"",
                        "\"kind\":\"reload\",\"subject\":\"refused\"",
                        "\"kind\":\"server\",\"subject\":\"shop/s1\"");
        assertThat(scrape().value("proa_server_up", "backend=\"shop\",server=\"s1\"")).isZero();
    }

    @Test
    @Order(10)
    void a_leaving_node_is_not_ready_but_alive() throws Exception {
        int before = site.shops.get(0).requests.get();
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), site.file.httpPort)) {
            slow.getOutputStream()
                    .write(
                            "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            Await.until("it is there", () -> site.shops.get(0).requests.get() > before);
            Thread stopping = Thread.ofVirtual().start(site.node::close);
            Await.until(
                    "not ready", () -> site.ask("/health/ready").contains("the node is leaving"));
            assertThat(site.ask("/health/ready")).startsWith("HTTP/1.1 503");
            assertThat(site.ask("/health/live")).startsWith("HTTP/1.1 200");
            site.shops.get(0).slowMayAnswer.countDown();
            stopping.join();
        }
    }
}
