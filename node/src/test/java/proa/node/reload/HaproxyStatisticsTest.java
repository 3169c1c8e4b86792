package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.RequiredProgram;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** What {@code show stat} and {@code show info} say after traffic, and who reads it. */
class HaproxyStatisticsTest {

    /** HAProxy's {@code check state}: configured and enabled, and not in progress. */
    private static final String CHECK_IDLE = "6";

    @TempDir private Path directory;

    private ObservedSite site;

    @BeforeEach
    void start() throws Exception {
        site = new ObservedSite(directory);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private String stats(String command) throws IOException {
        return HaproxyClient.ask(directory.resolve("stats.sock"), command);
    }

    private Map<String, String> line(String proxy, String service) throws IOException {
        return HaproxyClient.statistics(stats("show stat"), proxy, service);
    }

    private Map<String, String> info() throws IOException {
        Map<String, String> values = new HashMap<>();
        stats("show info")
                .lines()
                .filter(line -> line.contains(": "))
                .map(line -> line.split(": ", 2))
                .forEach(pair -> values.put(pair[0], pair[1]));
        return values;
    }

    private static long number(Map<String, String> line, String column) {
        assertThat(line.get(column)).as(column).matches("\\d+");
        return Long.parseLong(line.get(column));
    }

    /** Six that are answered, one that is denied, one that is malformed, one of TCP. */
    private void traffic() throws Exception {
        for (int at = 0; at < 6; at++) {
            assertThat(site.get(site.file.httpPort, "/", "")).startsWith("HTTP/1.1 200");
        }
        assertThat(site.get(site.file.httpPort, "/no", "")).startsWith("HTTP/1.1 403");
        assertThat(
                        ObservedSite.send(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), site.file.httpPort),
                                "GET / HTTP/1.1\r\nHost : a\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.file.echoPort)) {
            socket.getOutputStream()
                    .write("abcde".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(5)).hasSize(5);
        }
        Await.until(
                "all of it is counted",
                () ->
                        number(line("http", "FRONTEND"), "req_tot") == 8
                                && number(line("echo", "FRONTEND"), "bout") == 5);
    }

    @Test
    void linesHaveWhatFrontendsBackendsAndServersHad() throws Exception {
        traffic();
        assertThat(line("http", "FRONTEND"))
                .containsEntry("stot", "8")
                .containsEntry("conn_tot", "8")
                .containsEntry("hrsp_1xx", "0")
                .containsEntry("hrsp_2xx", "6")
                .containsEntry("hrsp_4xx", "2")
                .containsEntry("hrsp_5xx", "0")
                .containsEntry("hrsp_other", "0")
                .containsEntry("dreq", "1")
                .containsEntry("ereq", "1")
                .containsEntry("dresp", "0")
                .containsEntry("intercepted", "0")
                .containsEntry("dcon", "0");
        assertThat(number(line("http", "FRONTEND"), "smax")).isBetween(1L, 8L);
        assertThat(number(line("http", "FRONTEND"), "bin")).isGreaterThan(8 * 20);
        assertThat(number(line("http", "FRONTEND"), "bout")).isGreaterThan(8 * 20);
        assertThat(line("echo", "FRONTEND"))
                .containsEntry("bin", "5")
                .containsEntry("bout", "5")
                .containsEntry("mode", "tcp")
                .as("is no HTTP")
                .containsEntry("hrsp_2xx", "")
                .containsEntry("req_tot", "");
        assertThat(line("shop", "BACKEND"))
                .containsEntry("stot", "6")
                .containsEntry("req_tot", "6")
                .containsEntry("hrsp_2xx", "6")
                .containsEntry("econ", "0")
                .containsEntry("eresp", "0")
                .containsEntry("wretr", "0")
                .containsEntry("wredis", "0")
                .containsEntry("cli_abrt", "0")
                .containsEntry("srv_abrt", "0")
                .containsEntry("downtime", "0")
                .containsEntry("chkdown", "0")
                .containsEntry("qcur", "0")
                .containsEntry("qmax", "0")
                .containsEntry("qlimit", "1000");
    }

    @Test
    void aServersLineHasItsCheckAndSoonItsRatesAndTimes() throws Exception {
        traffic();
        Map<String, String> s0 = line("shop", "s0");
        assertThat(s0)
                .containsEntry("stot", "3")
                .containsEntry("hrsp_2xx", "3")
                .containsEntry("smax", "1")
                .containsEntry("check_status", "L7OK")
                .containsEntry("check_code", "200")
                .containsEntry("check_rise", "2")
                .containsEntry("check_fall", "2")
                .containsEntry("check_health", "3")
                .containsEntry("chkfail", "0");
        assertThat(number(s0, "connect") + number(s0, "reuse")).isEqualTo(3);
        assertThat(number(s0, "check_duration")).isLessThan(30_000);
        assertThat(number(s0, "lastchg")).isLessThan(60);
        Await.until(
                "a second is over, which has rates and times",
                () -> !line("shop", "s0").get("rtime").isEmpty());
        assertThat(number(line("http", "FRONTEND"), "rate_max")).isPositive();
        assertThat(number(line("http", "FRONTEND"), "req_rate_max")).isPositive();
        assertThat(number(line("shop", "s0"), "rate_max")).isPositive();
        assertThat(number(line("shop", "s0"), "lastsess")).isLessThan(60);
        for (String time : new String[] {"qtime", "ctime", "rtime", "ttime"}) {
            assertThat(number(line("shop", "s0"), time)).isLessThan(30_000);
            assertThat(number(line("shop", "BACKEND"), time)).isLessThan(30_000);
        }
    }

    @Test
    void aServerThatFailsShowsHow() throws Exception {
        site.shops.get(1).healthy = false;
        Await.until("s1 is down", () -> line("shop", "s1").get("status").equals("DOWN"));
        Await.until("its check is told", () -> number(line("shop", "s1"), "chkfail") == 2);
        assertThat(line("shop", "s1"))
                .containsEntry("check_status", "L7STS")
                .containsEntry("check_code", "503")
                .containsEntry("chkfail", "2")
                .containsEntry("chkdown", "1")
                .containsEntry("check_health", "0")
                .containsEntry("last_chk", "status 503; 200 expected");
        site.shops.get(1).healthy = true;
        Await.until("s1 is up", () -> line("shop", "s1").get("status").equals("UP"));
        assertThat(number(line("shop", "s1"), "downtime")).isBetween(0L, 60L);
        checkSeldom();
        site.shops.get(0).close();
        Await.until(
                "a request that met nobody went on",
                () -> {
                    assertThat(site.get(site.file.httpPort, "/", "")).startsWith("HTTP/1.1 200");
                    return number(line("shop", "BACKEND"), "wredis") > 0;
                });
        Map<String, String> s0 = line("shop", "s0");
        assertThat(number(s0, "wredis")).isEqualTo(number(line("shop", "BACKEND"), "wredis"));
        assertThat(number(s0, "econ")).isPositive();
        assertThat(number(line("shop", "s1"), "wredis")).isZero();
        Await.until(
                "its check says why", () -> line("shop", "s0").get("check_status").equals("L4CON"));
    }

    /** Requests find that a server is gone before its check does. */
    private void checkSeldom() throws Exception {
        int seen = site.shops.get(0).checks.get();
        site.file.write(site.text.replace("every = 5s, fast = 500ms", "every = 1h"));
        assertThat(site.node.reload("test")).isInstanceOf(Reload.Done.class);
        Await.until("checked by it", () -> site.shops.get(0).checks.get() > seen);
    }

    @Test
    void theProcessIsDescribedAsExportersReadIt() throws Exception {
        traffic();
        Map<String, String> info = info();
        assertThat(info)
                .containsEntry("Name", "Proa")
                .containsEntry("CumConns", "9")
                .containsEntry("CumReq", "9")
                .containsEntry("Listeners", "4")
                .containsEntry("DroppedLogs", "0");
        assertThat(number(info, "Uptime_sec")).isLessThan(600);
        assertThat(number(info, "Maxconn")).isEqualTo(number(info, "Hard_maxconn")).isPositive();
        assertThat(number(info, "TotalBytesOut")).isGreaterThan(100);
        assertThat(number(info, "Idle_pct")).isLessThanOrEqualTo(100);
        assertThat(info).containsKeys("Version", "Pid", "Nbthread", "CurrConns", "ConnRate");
    }

    @Test
    void theUsersWeightIsWhatWasAskedForNotWhatTheFileSays() throws Exception {
        assertThat(stats("set weight shop/s0 7")).isEqualTo("\n");
        assertThat(line("shop", "s0")).containsEntry("weight", "7").containsEntry("uweight", "7");
        Await.until("both are up", () -> line("shop", "BACKEND").get("weight").equals("8"));
        assertThat(line("shop", "BACKEND")).containsEntry("uweight", "8");
    }

    @Test
    void sumsOfABackendGoOnWithoutAServerThatIsGone() throws Exception {
        traffic();
        assertThat(number(line("shop", "s1"), "stot")).isPositive();
        site.file.write(site.text.replaceFirst("\\{ name = s1, [^}]*}", ""));
        assertThat(site.node.reload("test")).isInstanceOf(Reload.Done.class);
        assertThat(stats("show stat")).doesNotContain("shop,s1,");
        assertThat(line("shop", "BACKEND"))
                .containsEntry("stot", "6")
                .containsEntry("lbtot", "6")
                .containsEntry("econ", "0");
    }

    @Test
    void totalsOfTheProcessGoOnWithoutAFrontendThatIsGone() throws Exception {
        traffic();
        site.file.write(site.text.replace("echo { bind", "other { bind"));
        assertThat(site.node.reload("test")).isInstanceOf(Reload.Done.class);
        assertThat(info()).containsEntry("CumConns", "9").containsEntry("CumReq", "9");
        site.file.write(site.text);
        assertThat(site.node.reload("test")).isInstanceOf(Reload.Done.class);
        assertThat(info()).containsEntry("CumConns", "9").containsEntry("CumReq", "9");
    }

    @Test
    void columnsAreThoseOfHaproxyInItsOrder() throws Exception {
        RequiredProgram.assume("haproxy");
        Path socket = directory.resolve("haproxy.sock");
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(
                file,
                """
                global
                    stats socket %s
                defaults
                    timeout client 1s
                    timeout server 1s
                    timeout connect 1s
                    timeout check 30s
                listen idle
                    mode http
                    bind abns@proa-%d
                    option httpchk GET /
                    server s0 127.0.0.1:%d check inter 1s
                    server gone 127.0.0.1:%d check inter 1s
                """
                        .formatted(
                                socket,
                                ProcessHandle.current().pid(),
                                site.shops.getFirst().address().getPort(),
                                Ports.free()));
        Process haproxy =
                new ProcessBuilder("haproxy", "-db", "-f", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("haproxy.out").toFile())
                        .start();
        try {
            Await.until(
                    () -> "its socket: " + Files.readString(directory.resolve("haproxy.out")),
                    () -> answers(socket));
            String theirs =
                    HaproxyClient.ask(socket, "show stat").lines().findFirst().orElseThrow();
            String ours = stats("show stat").lines().findFirst().orElseThrow();
            assertThat(theirs).as("modules have columns behind these").startsWith(ours);
            assertThat(Arrays.asList(HaproxyClient.ask(socket, "show info").split("\n")))
                    .as("what we say is what they say")
                    .map(line -> line.split(":")[0])
                    .containsAll(info().keySet());
            statesAreSaidLikewise(socket);
        } finally {
            haproxy.destroyForcibly().waitFor();
        }
    }

    /** A server that is up and one that was never there, of both; addresses and times differ. */
    private void statesAreSaidLikewise(Path socket) throws Exception {
        List<String> theirs = checked(socket, "s0", "3");
        List<String> gone = checked(socket, "gone", "2");
        Path own = directory.resolve("stats.sock");
        List<String> ours = checked(own, "s0", "3");
        assertThat(header(own)).isEqualTo(header(socket));
        assertThat(ours).hasSameSizeAs(theirs);
        assertThat(ours.subList(4, 7)).as("address and states").isEqualTo(theirs.subList(4, 7));
        assertThat(ours.get(9)).as("seconds since the last change").matches("\\d+");
        assertThat(ours.subList(10, 12)).as("status, result").isEqualTo(theirs.subList(10, 12));
        assertThat(Integer.parseInt(ours.get(12))).as("health").isPositive();
        assertThat(ours.subList(13, 25)).as("check state and on").isEqualTo(theirs.subList(13, 25));
        site.shops.getFirst().close();
        Await.until("ours is down", () -> state(own, "s0").get(5).equals("0"));
        List<String> down = state(own, "s0");
        assertThat(down.subList(10, 14)).as("the check").isEqualTo(gone.subList(10, 14));
    }

    /** It exists some moments before anybody listens to it. */
    private static boolean answers(Path socket) {
        try {
            return HaproxyClient.ask(socket, "show info").contains("Name: ");
        } catch (IOException _) {
            return false;
        }
    }

    /** A server's line when its last check had this result, and none is under way. */
    private static List<String> checked(Path socket, String server, String result)
            throws Exception {
        AtomicReference<List<String>> line = new AtomicReference<>();
        Await.until(
                () -> server + " was checked: " + line.get(),
                () -> {
                    line.set(state(socket, server));
                    return line.get().get(11).equals(result)
                            && line.get().get(13).equals(CHECK_IDLE);
                });
        return line.get();
    }

    private static String header(Path socket) throws IOException {
        return HaproxyClient.ask(socket, "show servers state").lines().toList().get(1);
    }

    private static List<String> state(Path socket, String server) throws IOException {
        return HaproxyClient.ask(socket, "show servers state")
                .lines()
                .map(line -> List.of(line.split(" ")))
                .filter(words -> words.size() > 3 && words.get(3).equals(server))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void prometheusExporterReadsIt() throws Exception {
        RequiredProgram.assume("prometheus-haproxy-exporter");
        traffic();
        int port = Ports.free();
        Process exporter =
                new ProcessBuilder(
                                "prometheus-haproxy-exporter",
                                "--haproxy.scrape-uri=unix:" + directory.resolve("stats.sock"),
                                "--web.listen-address=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("exporter.out").toFile())
                        .start();
        try {
            Await.until("it has scraped", () -> exported(port).contains("\nhaproxy_up 1\n"));
            assertThat(exported(port))
                    .contains(
                            "\nhaproxy_exporter_csv_parse_failures_total 0\n",
                            "\nhaproxy_frontend_http_requests_total{frontend=\"http\"} 8\n",
                            "\n"
                                + "haproxy_frontend_http_responses_total{code=\"2xx\",frontend=\"http\"}"
                                + " 6\n",
                            "\nhaproxy_frontend_request_errors_total{frontend=\"http\"} 1\n",
                            "\nhaproxy_frontend_requests_denied_total{frontend=\"http\"} 1\n",
                            "\nhaproxy_backend_sessions_total{backend=\"shop\"} 6\n",
                            "\nhaproxy_server_sessions_total{backend=\"shop\",server=\"s0\"} 3\n",
                            "\nhaproxy_server_up{backend=\"shop\",server=\"s0\"} 1\n",
                            "\n"
                                + "haproxy_server_check_failures_total{backend=\"shop\",server=\"s0\"}"
                                + " 0\n",
                            "haproxy_version_info{");
        } finally {
            exporter.destroyForcibly().waitFor();
        }
    }

    private static String exported(int port) {
        try {
            return ObservedSite.send(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    "GET /metrics HTTP/1.0\r\n\r\n");
        } catch (IOException _) {
            return "";
        }
    }
}
