package proa.node.health.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Probe;
import proa.config.Expect;
import proa.config.Expect.JsonValue;
import proa.config.Expect.StatusRange;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

class HttpDialogueTest {
    private static final InetSocketAddress SERVER =
            new InetSocketAddress(InetAddress.ofLiteral("10.0.1.1"), 8080);
    private static final String HEALTHY = "{\"status\":\"healthy\",\"checks\":[{\"db\":1.0}]}";

    @Test
    void sendsExactlyWhatIsConfigured() {
        Probe.Http probe =
                new Probe.Http(
                        "POST",
                        "/health?deep",
                        Optional.of("example.com"),
                        List.of(
                                new Probe.Field("accept", "application/json"),
                                new Probe.Field("X-Probe", "é")),
                        "{\"é\":1}",
                        Expect.status(200));
        assertThat(Talk.of(Talk.about(probe, SERVER).get()).said())
                .isEqualTo(
                        lines(
                                "POST /health?deep HTTP/1.1",
                                "Host: example.com",
                                "accept: application/json",
                                "X-Probe: \u00c3\u00a9",
                                "User-Agent: proa-check",
                                "Content-Length: 8",
                                "Connection: close",
                                "",
                                "{\"\u00c3\u00a9\":1}"));
    }

    @Test
    void theHostIsTheAddressUnlessConfigured() {
        assertThat(talk(Expect.status(200), "").said())
                .startsWith("GET / HTTP/1.1\r\nHost: 10.0.1.1:8080\r\n");
        InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("fd00::1"), 80);
        Probe probe = new Probe.Http("GET", "/", Optional.empty(), 200);
        assertThat(Talk.of(Talk.about(probe, six).get()).said())
                .contains("\r\nHost: [fd00:0:0:0:0:0:0:1]:80\r\n");
    }

    @Test
    void anyOfTheStatusesIsEnough() {
        Expect expect =
                new Expect(
                        List.of(new StatusRange(200, 299), new StatusRange(401, 401)),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        1024);
        for (int status : new int[] {200, 204, 299, 401}) {
            assertThat(talk(expect, answer(status, "")).verdict()).isEqualTo(Talk.PASSED);
        }
        assertThat(talk(expect, answer(300, "")).verdict())
                .isEqualTo("status 300, 200-299, 401 expected");
    }

    @Test
    void interimAnswersAreSkipped() {
        String interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
        Expect ok = string("ok");
        assertThat(talk(ok, interim + answer(200, "ok")).verdict()).isEqualTo(Talk.PASSED);
        assertThat(Talk.slowly(dialogue(ok), interim + answer(200, "ok")).verdict())
                .isEqualTo(Talk.PASSED);
    }

    @Test
    void statusAndStringMustBothHold() {
        Expect expect = string("\"status\":\"healthy\"");
        assertThat(talk(expect, answer(200, HEALTHY)).verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk(expect, answer(500, HEALTHY)).verdict())
                .isEqualTo("status 500, 200 expected");
        assertThat(talk(expect, answer(200, "{}")).verdict())
                .isEqualTo("the body does not contain \"\"status\":\"healthy\"\"");
    }

    @Test
    void theBodyEndsByLengthByChunksOrWithTheConnection() {
        String chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        String open = "HTTP/1.0 200 OK\r\n\r\n";
        for (String answer :
                List.of(
                        answer(200, "all ok"),
                        chunks + "4;x=1\r\nall \r\n2\r\nok\r\n0\r\nT: 1\r\n\r\n",
                        open + "all ok")) {
            assertThat(talk(string("all ok"), answer).verdict()).isEqualTo(Talk.PASSED);
            assertThat(Talk.slowly(dialogue(string("all ok")), answer).verdict())
                    .isEqualTo(Talk.PASSED);
        }
        assertThat(talk(string("ok"), chunks + "2\r\nok").verdict())
                .isEqualTo("closed within the body of its answer");
        assertThat(talk(string("ok"), chunks + "x\r\n").verdict())
                .startsWith("the answer is malformed: ");
        assertThat(talk(string("ok"), "HTTP/1.1 204 No\r\n\r\n").verdict())
                .isEqualTo("status 204, 200 expected");
    }

    @Test
    void noMoreOfTheBodyIsReadThanItsLimit() {
        Expect expect =
                new Expect(
                        Expect.status(200).statuses(),
                        Optional.of("end"),
                        Optional.empty(),
                        List.of(),
                        1024);
        String endless = "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n";
        assertThat(talk(expect, endless + "x".repeat(1021) + "end", "x").verdict())
                .isEqualTo(Talk.PASSED);
        assertThat(talk(expect, endless + "x".repeat(1022) + "end").verdict())
                .isEqualTo("the body does not contain \"end\" within its first 1024 bytes");
    }

    @Test
    void regexIsFoundAnywhereAndInLinearTime() {
        Expect expect = regex("\"uptime\":\\d{3,}");
        assertThat(talk(expect, answer(200, "{\"uptime\":1234}")).verdict()).isEqualTo(Talk.PASSED);
        assertThat(talk(expect, answer(200, "{\"uptime\":12}")).verdict())
                .startsWith("the body does not match \"");
        assertThat(talk(regex("(a+)+$"), answer(200, "a".repeat(60_000) + "!")).verdict())
                .startsWith("the body does not match");
    }

    @Test
    void valuesOfJsonAreCompared() {
        assertThat(talk(json("status", "healthy"), answer(200, HEALTHY)).verdict())
                .isEqualTo(Talk.PASSED);
        assertThat(talk(json("checks[0].db", "1"), answer(200, HEALTHY)).verdict())
                .isEqualTo(Talk.PASSED);
        assertThat(talk(json("status", "UP"), answer(200, HEALTHY)).verdict())
                .isEqualTo("status is healthy, UP expected");
        assertThat(talk(json("checks[1].db", "1"), answer(200, HEALTHY)).verdict())
                .isEqualTo("the body has no checks[1].db");
        assertThat(talk(json("checks", "1"), answer(200, HEALTHY)).verdict())
                .isEqualTo("checks is an array, 1 expected");
        assertThat(talk(json("status", "UP"), answer(200, "<html>")).verdict())
                .isEqualTo("the body is not JSON");
    }

    @Test
    void whatIsNoAnswerIsSaid() {
        Expect ok = Expect.status(200);
        assertThat(talk(ok, "SSH-2.0-OpenSSH\r\n").verdict()).isEqualTo("the answer is not HTTP/1");
        assertThat(talk(ok, "HTTP/1.1 200 OK\r\nA: b\r\n").verdict())
                .isEqualTo("closed within the head of its answer");
        String twice = lines("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2", "", "");
        assertThat(talk(ok, twice).verdict()).startsWith("the answer is malformed: ");
        assertThat(talk(ok).verdict()).as("said by the carrier").isEqualTo(Talk.SILENT);
    }

    @Test
    void theAnswerToHeadHasNoBody() {
        Probe probe = new Probe.Http("HEAD", "/", Optional.empty(), 200);
        assertThat(
                        Talk.of(
                                        Talk.about(probe, SERVER).get(),
                                        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
                                .verdict())
                .isEqualTo(Talk.PASSED);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }

    private static Talk talk(Expect expect, String... pieces) {
        return Talk.of(dialogue(expect), pieces);
    }

    private static Dialogue dialogue(Expect expect) {
        Probe probe = new Probe.Http("GET", "/", Optional.empty(), List.of(), "", expect);
        return Talk.about(probe, SERVER).get();
    }

    private static String answer(int status, String body) {
        return "HTTP/1.1 " + status + " So\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static Expect string(String string) {
        return expect(Optional.of(string), Optional.empty(), List.of());
    }

    private static Expect regex(String regex) {
        return expect(Optional.empty(), Optional.of(regex), List.of());
    }

    private static Expect json(String path, String value) {
        return expect(Optional.empty(), Optional.empty(), List.of(new JsonValue(path, value)));
    }

    private static Expect expect(
            Optional<String> string, Optional<String> regex, List<JsonValue> json) {
        return new Expect(
                Expect.status(200).statuses(), string, regex, json, Expect.BODY_BYTES_MAX_DEFAULT);
    }
}
