package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.util.stream.Stream;

/** Whatever two readers could take in two ways is refused, and no server sees a byte of it. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class AmbiguityTest {

    private static ScriptedServer server;
    private static DataPath path;

    @BeforeAll
    static void start() throws Exception {
        server = ScriptedServer.echo();
        path = DataPath.http(server);
    }

    @AfterAll
    static void stop() throws Exception {
        path.close();
        server.close();
    }

    private static String post(String fields, String body) {
        return "POST /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
    }

    private static String get(String fields) {
        return "GET /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    private static String chunked(String body) {
        return post("Transfer-Encoding: chunked\r\n", body);
    }

    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    static Stream<Arguments> lengths() {
        return Stream.of(
                arguments(
                        "both lengths",
                        400,
                        post(
                                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                "0\r\n\r\n" + SMUGGLED)),
                arguments(
                        "both lengths, other order",
                        400,
                        post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
                arguments(
                        "two lengths",
                        400,
                        post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
                arguments(
                        "two equal lengths",
                        400,
                        post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
                arguments("list of lengths", 400, post("Content-Length: 5, 5\r\n", "hello")),
                arguments("negative length", 400, post("Content-Length: -1\r\n", "")),
                arguments("signed length", 400, post("Content-Length: +5\r\n", "hello")),
                arguments("hexadecimal length", 400, post("Content-Length: 0x5\r\n", "hello")),
                arguments(
                        "length with a space inside",
                        400,
                        post("Content-Length: 1 0\r\n", "hello")),
                arguments("empty length", 400, post("Content-Length:\r\n", "")),
                arguments(
                        "length beyond a long",
                        400,
                        post("Content-Length: 9223372036854775808\r\n", "")),
                arguments("length with a fraction", 400, post("Content-Length: 5.0\r\n", "hello")),
                arguments(
                        "body beyond the limit", 413, post("Content-Length: 99999999999\r\n", "")));
    }

    static Stream<Arguments> codings() {
        return Stream.of(
                arguments(
                        "coding is not chunked",
                        400,
                        post("Transfer-Encoding: gzip\r\n", "0\r\n\r\n")),
                arguments(
                        "chunked is not last",
                        400,
                        post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
                arguments(
                        "coding before chunked",
                        400,
                        post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
                arguments(
                        "chunked twice",
                        400,
                        post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
                arguments(
                        "two fields of coding",
                        400,
                        post(
                                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                "0\r\n\r\n")),
                arguments(
                        "coding in quotes",
                        400,
                        post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
                arguments(
                        "coding almost chunked",
                        400,
                        post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
                arguments(
                        "coding behind a vertical tab",
                        400,
                        post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n")),
                arguments(
                        "identity",
                        400,
                        post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello")),
                arguments("empty coding", 400, post("Transfer-Encoding:\r\n", "0\r\n\r\n")),
                arguments(
                        "coding in HTTP/1.0",
                        400,
                        "POST / HTTP/1.0\r\n"
                                + "Host: a\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "0\r\n\r\n"));
    }

    static Stream<Arguments> chunkSizes() {
        return Stream.of(
                arguments("chunk size is not a number", 400, chunked("z\r\n")),
                arguments("chunk size with prefix", 400, chunked("0x5\r\nhello\r\n0\r\n\r\n")),
                arguments("chunk size with sign", 400, chunked("+5\r\nhello\r\n0\r\n\r\n")),
                arguments("chunk size with space before", 400, chunked(" 5\r\nhello\r\n0\r\n\r\n")),
                arguments("chunk size with space behind", 400, chunked("5 \r\nhello\r\n0\r\n\r\n")),
                arguments("empty chunk size", 400, chunked("\r\nhello\r\n0\r\n\r\n")),
                arguments(
                        "chunk size too long",
                        400,
                        chunked("0000000000000000005\r\nhello\r\n0\r\n\r\n")),
                arguments("chunk size overflows", 400, chunked("ffffffffffffffffff\r\n")),
                arguments("chunk size ends in LF", 400, chunked("5\nhello\r\n0\r\n\r\n")),
                arguments("chunk size ends in CR", 400, chunked("5\rhello\r\n0\r\n\r\n")));
    }

    static Stream<Arguments> chunkEnds() {
        return Stream.of(
                arguments("chunk longer than said", 400, chunked("5\r\nhello!\r\n0\r\n\r\n")),
                arguments("chunk ends in LF", 400, chunked("5\r\nhello\n0\r\n\r\n")),
                arguments("chunk extension with LF", 400, chunked("5;a=b\nhello\r\n0\r\n\r\n")),
                arguments(
                        "chunk extension with NUL",
                        400,
                        chunked("5;a=\u0000\r\nhello\r\n0\r\n\r\n")),
                arguments(
                        "chunk extension too long",
                        400,
                        chunked("5;" + "a".repeat(300) + "\r\nhello\r\n0\r\n\r\n")),
                arguments("trailer without a name", 400, chunked("0\r\n: x\r\n\r\n")),
                arguments("folded trailer", 400, chunked("0\r\nA: x\r\n y\r\n\r\n")),
                arguments("trailer ends in LF", 400, chunked("0\r\nA: x\n\r\n")),
                arguments("chunk beyond the limit", 413, chunked("ffffffffff\r\n")));
    }

    static Stream<Arguments> lineEnds() {
        return Stream.of(
                arguments("bare LF ends the request line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                arguments("bare LF ends a header", 400, get("X: y\nContent-Length: 5\r\n")),
                arguments("bare LF ends the head", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
                arguments("bare CR in the request line", 400, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
                arguments("bare CR in a value", 400, get("X: y\rz\r\n")),
                arguments("CR CR LF", 400, get("X: y\r\r\n")),
                arguments("bare CR ends the head", 400, "GET / HTTP/1.1\r\nHost: a\r\n\rX"),
                arguments("leading LF", 400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("leading space", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments(
                        "two leading empty lines",
                        400,
                        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    static Stream<Arguments> fieldNames() {
        return Stream.of(
                arguments("folded header", 400, get("X: y\r\n z\r\n")),
                arguments("folded with a tab", 400, get("X: y\r\n\tContent-Length: 5\r\n")),
                arguments(
                        "first header begins with a space",
                        400,
                        "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                arguments("space before the colon", 400, get("Content-Length : 5\r\n")),
                arguments("tab before the colon", 400, get("Transfer-Encoding\t: chunked\r\n")),
                arguments("space inside a name", 400, get("Content Length: 5\r\n")),
                arguments("header without a colon", 400, get("nothing\r\n")),
                arguments("header without a name", 400, get(": x\r\n")),
                arguments("NUL in a name", 400, get("X\u0000: y\r\n")),
                arguments("letter above ASCII in a name", 400, get("Contént-Length: 5\r\n")));
    }

    static Stream<Arguments> fieldValues() {
        return Stream.of(
                arguments("NUL in a value", 400, get("X: a\u0000b\r\n")),
                arguments("control character in a value", 400, get("X: a\u0001b\r\n")),
                arguments("DEL in a value", 400, get("X: a\u007fb\r\n")),
                arguments("vertical tab in a value", 400, get("X: a\u000bb\r\n")),
                arguments("no Host", 400, "GET / HTTP/1.1\r\nX: y\r\n\r\n"),
                arguments("empty Host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                arguments("two Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                arguments("list of Hosts", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                arguments("Host with a path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                arguments("Host with user information", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                arguments("Host with a bad port", 400, "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n"),
                arguments(
                        "Host with a port too high",
                        400,
                        "GET / HTTP/1.1\r\nHost: a:70000\r\n\r\n"),
                arguments(
                        "Host with an open bracket", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"));
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                arguments(
                        "Host is not the target's",
                        400,
                        "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments(
                        "Host port is not the target's",
                        400,
                        "GET http://a:1/ HTTP/1.1\r\nHost: a:2\r\n\r\n"),
                arguments(
                        "target with user information",
                        400,
                        "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments(
                        "target of another scheme",
                        400,
                        "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("target with a fragment", 400, "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("target without a slash", 400, "GET x HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments(
                        "target with a control character",
                        400,
                        "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("target above ASCII", 400, "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    static Stream<Arguments> requestLines() {
        return Stream.of(
                arguments("target with a space", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments(
                        "two spaces before the target", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments(
                        "two spaces behind the target", 400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("tab instead of a space", 400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("space behind the version", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
                arguments("asterisk without OPTIONS", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("CONNECT", 405, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
                arguments("method is not a token", 400, "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("no method", 400, "/ HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    static Stream<Arguments> versions() {
        return Stream.of(
                arguments("HTTP/0.9", 400, "GET /\r\n"),
                arguments("version in lower case", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
                arguments("version with two digits", 400, "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
                arguments("version 1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
                arguments("version 3", 505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n"),
                arguments("HTTP/2 preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                arguments("TLS on a plain port", 400, "\u0016\u0003\u0001\u0002\u0000\u0001"));
    }

    static Stream<Arguments> sizes() {
        return Stream.of(
                arguments(
                        "request line too long",
                        414,
                        "GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                arguments("header too long", 431, get("X: " + "a".repeat(9000) + "\r\n")),
                arguments("header name too long", 431, get("a".repeat(9000) + ": x\r\n")),
                arguments(
                        "head too large", 431, get(("X: " + "a".repeat(4000) + "\r\n").repeat(5))),
                arguments("too many headers", 431, get("X: y\r\n".repeat(101))),
                arguments(
                        "Connection names Content-Length",
                        400,
                        post("Connection: Content-Length\r\nContent-Length: 5\r\n", "hello")),
                arguments("Connection names Host", 400, get("Connection: close, Host\r\n")),
                arguments("Connection is not a list", 400, get("Connection: a b\r\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "lengths",
        "codings",
        "chunkSizes",
        "chunkEnds",
        "lineEnds",
        "fieldNames",
        "fieldValues",
        "targets",
        "requestLines",
        "versions",
        "sizes"
    })
    void isRefusedBeforeAByteReachesAServer(String what, int status, String bytes)
            throws Exception {
        long seen = server.received.get();
        try (DataPath.Client client = path.client()) {
            Wire.Message answer = client.ask(bytes);
            assertThat(answer.status()).as(answer.head()).isEqualTo(status);
            assertThat(answer.text()).startsWith("Proa: ");
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
        assertThat(server.received.get()).as("bytes the server saw").isEqualTo(seen);
    }

    @Test
    void whatIsUnusualButClearPasses() throws Exception {
        for (String request :
                new String[] {
                    "\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET /a HTTP/1.1\r\nhOsT: \t a.example:8080 \t\r\n\r\n",
                    "GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
                    "GET /a HTTP/1.1\r\nHost: a\r\nX:\r\nY: \u00e9\t\"'\r\n\r\n",
                    "GET http://a/a HTTP/1.1\r\nHost: a\r\n\r\n",
                    "get /a HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X\r\n\r\n",
                    "POST /a HTTP/1.1\r\n"
                            + "Host: a\r\n"
                            + "Transfer-Encoding: CHUNKED\r\n\r\n"
                            + "5;a=\"b\"\r\n"
                            + "hello\r\n"
                            + "0\r\n"
                            + "A: b\r\n\r\n",
                    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nhello"
                }) {
            try (DataPath.Client client = path.client()) {
                assertThat(client.ask(request).status()).as(request).isEqualTo(200);
            }
        }
    }
}
