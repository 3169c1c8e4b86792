package proa.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import proa.node.message.HeadBuffer;
import proa.node.message.HeadLimits;
import proa.node.message.Parsed;
import proa.node.message.RequestHead;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Field lists of requests, and the heads that come out or do not. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class RequestFieldsTest {

    private static final String[] GET = {
        ":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a.example"
    };
    private static final String[] POST = {
        ":method", "POST", ":scheme", "https", ":path", "/", ":authority", "a.example"
    };

    private final HeadBuffer head = new HeadBuffer();
    private final RequestFields request = new RequestFields(head, new Random(1));

    private String read(boolean endStream, String... fields) {
        request.begin();
        for (int at = 0; at < fields.length; at += 2) {
            byte[] name = fields[at].getBytes(StandardCharsets.ISO_8859_1);
            byte[] value = fields[at + 1].getBytes(StandardCharsets.ISO_8859_1);
            request.field(name, 0, name.length, value, 0, value.length);
        }
        String malformed = request.end(endStream);
        return malformed == null ? head.toString() : "malformed: " + malformed;
    }

    private static String[] with(String[] begin, String... more) {
        List<String> all = new ArrayList<>(List.of(begin));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void aHeadHasTheFieldsInTheirOrderAndOneCookieLine() {
        assertThat(
                        read(
                                true,
                                with(
                                        GET, "cookie", "a=1", "x", "", "cookie", "b=2", "y", "1",
                                        "x", "2")))
                .isEqualTo(
                        "GET / HTTP/1.1\r\nhost: a.example\r\nx: \r\ny: 1\r\nx: 2\r\n"
                                + "cookie: a=1; b=2\r\n\r\n");
    }

    @Test
    void hostStandsInForTheAuthorityAndIsNotRepeated() {
        assertThat(read(true, ":method", "GET", ":scheme", "http", ":path", "/", "host", "b"))
                .isEqualTo("GET / HTTP/1.1\r\nhost: b\r\n\r\n");
        assertThat(read(true, with(GET, "host", "A.example")))
                .isEqualTo("GET / HTTP/1.1\r\nhost: a.example\r\n\r\n");
    }

    @Test
    void aBodyIsFramedByItsLengthOrInChunks() {
        assertThat(read(false, with(POST, "content-length", "5")))
                .endsWith("content-length: 5\r\n\r\n")
                .doesNotContain("chunked");
        assertThat(request.length()).isEqualTo(5);
        assertThat(read(false, POST)).endsWith("transfer-encoding: chunked\r\n\r\n");
        assertThat(read(true, with(POST, "content-length", "0"))).endsWith("length: 0\r\n\r\n");
        assertThat(read(true, POST)).doesNotContain("length").doesNotContain("chunked");
    }

    @Test
    void teOfTrailersIsTheOnlyOne() {
        assertThat(read(true, with(GET, "te", "trailers"))).startsWith("GET");
        assertThat(request.trailersWanted()).isTrue();
        assertThat(read(true, GET)).startsWith("GET");
        assertThat(request.trailersWanted()).isFalse();
    }

    @Test
    void optionsMayAskForEverything() {
        assertThat(
                        read(
                                true,
                                ":method",
                                "OPTIONS",
                                ":scheme",
                                "http",
                                ":path",
                                "*",
                                ":authority",
                                "a"))
                .startsWith("OPTIONS * HTTP/1.1\r\n");
    }

    @Test
    void connectGoesToTheReaderOfHeadsWhichRefusesIt() {
        assertThat(read(true, ":method", "CONNECT", ":authority", "a:80"))
                .startsWith("CONNECT a:80 HTTP/1.1\r\n");
    }

    /** RFC 8441 §5.1, with a key of our own: RFC 6455 §4.1. */
    @Test
    void anExtendedConnectIsTheUpgradeThatItStandsFor() {
        String[] connect = {
            ":method",
            "CONNECT",
            ":protocol",
            "websocket",
            ":scheme",
            "https",
            ":path",
            "/chat",
            ":authority",
            "a.example",
            "sec-websocket-key",
            "theirs",
            "origin",
            "b"
        };
        String head = read(false, connect);
        assertThat(WebSocket.isKey(request.key())).isTrue();
        assertThat(head)
                .isEqualTo(
                        "GET /chat HTTP/1.1\r\nhost: a.example\r\norigin: b\r\n"
                                + "connection: Upgrade\r\nupgrade: websocket\r\n"
                                + "sec-websocket-key: "
                                + request.key()
                                + "\r\n\r\n");
        String first = request.key();
        read(false, connect);
        assertThat(request.key()).isNotEqualTo(first);
        assertThat(request.asksUnknownProtocol()).isFalse();
        assertThat(read(true, connect)).startsWith("malformed");
        read(false, GET);
        assertThat(request.key()).isNull();
    }

    @Test
    void keysOfWebSocketAreSixteenBytesAndAnsweredAsTheirDocumentHasIt() {
        assertThat(WebSocket.accept("dGhlIHNhbXBsZSBub25jZQ=="))
                .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(WebSocket.isKey("dGhlIHNhbXBsZSBub25jZQ==")).isTrue();
        assertThat(WebSocket.isKey("dGhlIHNhbXBsZQ==")).isFalse();
        assertThat(WebSocket.isKey("no Base64")).isFalse();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                // RFC 9113 §8.2.1: names
                row("upper case", "X-Mine", "1"),
                row("an empty name", "", "1"),
                row("white space in a name", "a b", "1"),
                row("a colon in a name", "a:b", "1"),
                row("a line end in a name", "a\r\nb", "1"),
                row("NUL in a name", "a\0", "1"),
                row("a byte above ASCII in a name", "a\u00e4", "1"),
                // §8.2.1: values
                row("CR", "a", "1\r"),
                row("LF", "a", "1\n2"),
                row("CRLF with a field behind it", "a", "1\r\ncontent-length: 5"),
                row("CRLF with a request behind it", "a", "1\r\n\r\nGET /evil HTTP/1.1\r\n"),
                row("NUL", "a", "1\0002"),
                row("DEL", "a", "1\u007f"),
                row("white space before a value", "a", " 1"),
                row("white space behind a value", "a", "1\t"),
                // §8.2.2: of connections
                row("connection", "connection", "close"),
                row("keep-alive", "keep-alive", "1"),
                row("proxy-connection", "proxy-connection", "close"),
                row("transfer-encoding", "transfer-encoding", "chunked"),
                row("upgrade", "upgrade", "h2c"),
                row("http2-settings", "http2-settings", "AAMAAABk"),
                row("te", "te", "gzip"),
                row("te with more", "te", "trailers, deflate"),
                // §8.3: pseudo-fields
                row("a pseudo-field behind fields", "a", "1", ":path", "/evil"),
                row("an unknown pseudo-field", ":evil", "1"),
                row("one of responses", ":status", "200"),
                row(":method twice", ":method", "POST"),
                row(":scheme twice", ":scheme", "http"),
                row(":path twice", ":path", "/evil"),
                row(":authority twice", ":authority", "a.example"),
                row("another host", "host", "evil.example"),
                row("a protocol nobody offered", ":protocol", "websocket"),
                // §8.1.1: lengths
                row("a length without a body", "content-length", "5"),
                row("two lengths that agree", "content-length", "0", "content-length", "0"),
                row("a list of lengths", "content-length", "0, 0"),
                row("a length with a sign", "content-length", "+0"),
                row("no length", "content-length", ""),
                row("an endless length", "content-length", "0000000000000000000"));
    }

    private static Arguments row(String what, String... fields) {
        return Arguments.of(what, fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void oneFieldMakesARequestMalformed(String what, String[] fields) {
        assertThat(read(true, with(GET, fields))).as(what).startsWith("malformed: ");
    }

    static Stream<Arguments> begun() {
        return Stream.of(
                row("no method", ":scheme", "http", ":path", "/", ":authority", "a"),
                row("no scheme", ":method", "GET", ":path", "/", ":authority", "a"),
                row("no path", ":method", "GET", ":scheme", "http", ":authority", "a"),
                row("an empty path", wholeBut(":path", "")),
                row("a path that does not begin so", wholeBut(":path", "a")),
                row("a star", wholeBut(":path", "*")),
                row("an absolute target", wholeBut(":path", "http://evil/")),
                row("a version behind a path", wholeBut(":path", "/ HTTP/1.1")),
                row("a line end in a path", wholeBut(":path", "/ HTTP/1.1\r\nx: y\r\n\r\nGET /")),
                row("a space in a method", wholeBut(":method", "GET /evil HTTP/1.1\r\nx:")),
                row("an empty method", wholeBut(":method", "")),
                row("an empty authority", wholeBut(":authority", "")),
                row("a line end in an authority", wholeBut(":authority", "a\r\nx: y")),
                row("a space in an authority", wholeBut(":authority", "a b")),
                row("another scheme", wholeBut(":scheme", "ftp")),
                row("a scheme with more", wholeBut(":scheme", "http://a/?x=")),
                row("nobody to speak to", ":method", "GET", ":scheme", "http", ":path", "/"),
                row(
                        "two hosts",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/",
                        "host",
                        "a",
                        "host",
                        "a"),
                row("CONNECT with a path", ":method", "CONNECT", ":authority", "a", ":path", "/"),
                row("CONNECT to nowhere", ":method", "CONNECT"),
                row("nothing at all"));
    }

    private static String[] wholeBut(String name, String value) {
        String[] fields = GET.clone();
        fields[List.of(GET).indexOf(name) + 1] = value;
        return fields;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("begun")
    void whatARequestBeginsWithMayBeMalformed(String what, String[] fields) {
        assertThat(read(true, fields)).as(what).startsWith("malformed: ");
    }

    /** Whatever is not malformed has one reading. */
    @Test
    void theReaderOfHeadsAgreesWithWhatWasSaid() {
        RequestHead reader = new RequestHead();
        byte[] bytes =
                read(false, with(POST, "content-length", "7", "x-a", "b\u00e4\tc"))
                        .getBytes(StandardCharsets.ISO_8859_1);
        Parsed parsed = reader.parse(bytes, 0, bytes.length, new HeadLimits(8192, 16384, 100));
        assertThat(parsed).isEqualTo(Parsed.Progress.WHOLE);
        assertThat(reader.end()).isEqualTo(bytes.length);
        assertThat(reader.method()).isEqualTo("POST");
        assertThat(reader.host()).isEqualTo("a.example");
        assertThat(reader.bodyLength()).isEqualTo(7);
        assertThat(reader.header("X-A")).isEqualTo("b\u00e4\tc");
    }
}
