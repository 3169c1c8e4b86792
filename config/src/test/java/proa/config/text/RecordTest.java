package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.AdminConfig;
import proa.config.FrontendConfig;
import proa.config.LogConfig;
import proa.config.LogConfig.Field;
import proa.config.LogConfig.Format;
import proa.config.LogConfig.Piece;
import proa.config.LogConfig.Syslog;
import proa.config.LogConfig.Target;
import proa.config.Network;
import proa.config.OtlpConfig;
import proa.config.ProaConfig;
import proa.config.RecordOptions;
import proa.config.RecordOptions.Accept;
import proa.config.RecordOptions.RequestId;
import proa.config.change.Changes;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Access logs, request ids and where monitoring asks, as they are written. */
class RecordTest {

    private static final String FILE =
            """
            schema = 1
            cluster { name = t, insecure = true, ownership = bind
              nodes { lb1 { id = 1, addresses = ["127.0.0.1"] }, lb2 { id = 2, addresses = ["127.0.0.2"] } } }
            ADMIN
            frontends { web { bind { address = "127.0.0.1", port = 80 }, mode = MODE, backend = shop
              OPTIONS
            } }
            backends { shop { servers = [ { name = a, address = "127.0.0.1:9" } ] } }
            """;

    private static Outcome read(String admin, String mode, String options) {
        String text =
                FILE.replace("ADMIN", admin).replace("MODE", mode).replace("OPTIONS", options);
        return ConfigParser.parse(text, "f.conf", Path.of("/etc/proa"), Optional.of("lb1"));
    }

    private static ProaConfig sound(String admin, String mode, String options) {
        Outcome outcome = read(admin, mode, options);
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    private static RecordOptions records(String mode, String options) {
        return sound("", mode, options).frontends().getFirst().records();
    }

    private static LogConfig log(String mode, String options) {
        return records(mode, options).log().orElseThrow();
    }

    @Test
    void nothing_is_written_down_unless_asked_for() {
        assertThat(records("http", "")).isEqualTo(RecordOptions.NONE);
        assertThat(sound("", "http", "").admin()).isEmpty();
    }

    @Test
    void a_log_has_defaults_by_mode() {
        assertThat(log("http", "log {}"))
                .isEqualTo(
                        new LogConfig(
                                new Format.Httplog(), new Target.Stdout(), 1, false, List.of()));
        assertThat(log("tcp", "log {}").format()).isEqualTo(new Format.Tcplog());
    }

    @Test
    void every_key_has_its_place() {
        assertThat(
                        log(
                                "http",
                                "log { format = json, file = \"a.log\", every = 1k, empty = true,"
                                        + " request-headers = [User-Agent, Referer] }"))
                .isEqualTo(
                        new LogConfig(
                                new Format.Json(),
                                new Target.File(Path.of("/etc/proa/a.log")),
                                1000,
                                true,
                                List.of("User-Agent", "Referer")));
        assertThat(log("tcp", "log { syslog = \"/dev/log\", facility = daemon }").target())
                .isEqualTo(new Target.Local(Path.of("/dev/log"), new Syslog(3, false)));
        assertThat(
                        log("tcp", "log { syslog = \"10.0.0.9:514\", syslog-format = rfc5424 }")
                                .target())
                .isEqualTo(
                        new Target.Network(
                                new InetSocketAddress("10.0.0.9", 514), new Syslog(16, true)));
    }

    @Test
    void a_template_is_text_and_values() {
        assertThat(log("http", "log { template = \"%{client} said %{header:X-A}!\" }").format())
                .isEqualTo(
                        new Format.Own(
                                List.of(
                                        new Piece.Value(Field.CLIENT),
                                        new Piece.Literal(" said "),
                                        new Piece.Header("X-A"),
                                        new Piece.Literal("!"))));
    }

    @Test
    void a_collector_has_defaults() {
        String admin =
                "admin { listen = \"127.0.0.1:1\", otlp { url = \"http://c:4318/v1/metrics\" } }";
        assertThat(sound(admin, "http", "").admin().orElseThrow().otlp())
                .contains(
                        new OtlpConfig(
                                "http://c:4318/v1/metrics",
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(5),
                                Optional.empty(),
                                Optional.empty()));
        assertThat(
                        sound(
                                        admin.replace(
                                                "metrics\"",
                                                "metrics\", every = 1m, timeout = 1s, token = t,"
                                                        + " header = api-key"),
                                        "http",
                                        "")
                                .admin()
                                .orElseThrow()
                                .otlp())
                .contains(
                        new OtlpConfig(
                                "http://c:4318/v1/metrics",
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(1),
                                Optional.of(Path.of("/etc/proa/t")),
                                Optional.of("api-key")));
    }

    @Test
    void haproxys_commands_have_a_socket_of_a_level() {
        String admin = "admin { listen = \"127.0.0.1:1\", haproxy { socket = \"/run/h.sock\" } }";
        assertThat(sound(admin, "http", "").admin().orElseThrow().haproxy())
                .contains(new AdminConfig.Haproxy(Path.of("/run/h.sock"), true));
        String view = admin.replace("sock\"", "sock\", level = view");
        assertThat(sound(view, "http", "").admin().orElseThrow().haproxy())
                .contains(new AdminConfig.Haproxy(Path.of("/run/h.sock"), false));
        String wrong = admin.replace("sock\"", "sock\", level = admin");
        assertThat(read(wrong, "http", "").toString()).contains("level");
        String large = admin.replace("h.sock", "h".repeat(103));
        assertThat(read(large, "http", "").toString())
                .contains("108 bytes; the path of a Unix socket has at most 107");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url = \"ftp://c/\" | is no URL of a web server",
                "url = \"http://u:secret@c/\" | has a password in the URL",
                "url = \"http://c/\", header = api-key | `header` needs `token`",
                "url = \"http://c/\", every = 10ms | every",
                "every = 1s | url"
            })
    void a_collector_that_cannot_be_is_refused(String otlp, String message) {
        Outcome outcome =
                read("admin { listen = \"127.0.0.1:1\", otlp { " + otlp + " } }", "http", "");
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(outcome.toString()).contains(message).doesNotContain("u:secret");
    }

    @Test
    void a_request_id_has_defaults() {
        assertThat(records("http", "request-id {}").requestId())
                .contains(new RequestId("X-Request-ID", true, Accept.TRUSTED, false));
        assertThat(
                        records(
                                        "http",
                                        "request-id { header = X-Trace, generate = false,"
                                                + " accept-from = anybody, response = true }")
                                .requestId())
                .contains(new RequestId("X-Trace", false, Accept.ANYBODY, true));
    }

    @Test
    void monitoring_asks_where_the_file_says() throws Exception {
        assertThat(
                        sound(
                                        "admin { listen = \"0.0.0.0:9110\", allow ="
                                                + " [\"10.0.0.0/8\"] }",
                                        "http",
                                        "")
                                .admin()
                                .orElseThrow()
                                .allow())
                .containsExactly(new Network(InetAddress.getByName("10.0.0.0"), 8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http | log { request-headers = [cookie] } | `cookie` holds secrets and is never"
                        + " logged",
                "http | log { template = \"%{header:Authorization}\" } | `Authorization` holds"
                        + " secrets",
                "http | log { template = \"%{statu}\" } | a line has no value named %{statu} (did"
                        + " you mean \"status\"?)",
                "http | log { template = \"%{status\" } | a line has no value named %{status}",
                "http | log { template = a, format = json } | both `format` and `template`",
                "http | log { file = a, syslog = \"/dev/log\" } | both `file` and `syslog`",
                "http | log { syslog = nowhere } | \"nowhere\" is neither address:port nor a path",
                "udp | log {} | `log` needs `mode = http` or `tcp`",
                "tcp | request-id {} | `request-id` needs `mode = http`",
                "http | log { formt = json } | unknown key `formt` (did you mean \"format\"?)",
                "http | log { request-headers = [a,b,c,d,e,f,g,h,i] } | more than 8 fields",
                "http | request-id { header = Content-Length } | `Content-Length` means something",
                "http | request-id { header = x-forwarded-for } | `x-forwarded-for` means",
                "http | request-id { header = Host } | `Host` means something else in a request",
                "http | request-id { accept-from = all } | \"all\" is not one of anybody"
            })
    void what_is_wrong_is_said_with_its_line(String mode, String options, String message) {
        Outcome outcome = read("", mode, options);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations().stream().map(Violation::toString))
                .anyMatch(said -> said.startsWith("f.conf:6: ") && said.contains(message));
    }

    @Test
    void metrics_are_not_open_to_the_world_by_mistake() {
        Outcome outcome = read("admin { listen = \"0.0.0.0:9110\" }", "http", "");
        assertThat(((Outcome.Refused) outcome).violations().getFirst().toString())
                .startsWith("f.conf:4: the metrics of everybody are open to everybody")
                .contains("allow = ");
    }

    @Test
    void the_dashboard_has_users_and_a_certificate() {
        AdminConfig admin =
                sound(
                                "admin { listen = \"0.0.0.0:9110\", allow = [\"10.0.0.0/8\"], users"
                                    + " = \"admin-users\", tls { certificate = \"admin.pem\", key ="
                                    + " \"admin.key\" } }",
                                "http",
                                "")
                        .admin()
                        .orElseThrow();
        assertThat(admin.users().orElseThrow().getFileName()).hasToString("admin-users");
        assertThat(admin.tls().orElseThrow().certificate().getFileName()).hasToString("admin.pem");
        assertThat(admin.tls().orElseThrow().key().getFileName()).hasToString("admin.key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen = \"0.0.0.0:1\", allow = [\"10.0.0.0/8\"], users = a | passwords of `users`"
                        + " would travel in clear",
                "listen = \"127.0.0.1:1\", tls {} | `certificate` is missing",
                "listen = \"127.0.0.1:1\", tls { certificat = a } | unknown key `certificat` (did"
                        + " you mean \"certificate\"?)",
                "listen = \"127.0.0.1:1\", user = a | unknown key `user` (did you mean \"users\"?)"
            })
    void what_is_wrong_with_the_dashboard_is_said_with_its_line(String keys, String message) {
        Outcome outcome = read("admin { " + keys + " }", "http", "");
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations().stream().map(Violation::toString))
                .anyMatch(said -> said.startsWith("f.conf:4: ") && said.contains(message));
    }

    @Test
    void a_reload_takes_in_another_log_but_not_another_place_to_ask() {
        ProaConfig before = sound("admin { listen = \"127.0.0.1:1\" }", "http", "");
        ProaConfig after = sound("admin { listen = \"127.0.0.1:2\" }", "http", "log {}");
        Changes changes = Changes.between(before, after);
        assertThat(changes.atStart()).hasSize(1);
        FrontendConfig was = before.frontends().getFirst();
        assertThat(Changes.ofConnections(was, after.frontends().getFirst())).isTrue();
    }
}
