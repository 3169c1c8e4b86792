package proa.chaos.fuzz;

import static proa.chaos.fuzz.Subject.Input.BEFORE;
import static proa.chaos.fuzz.Subject.again;
import static proa.chaos.fuzz.Subject.latin;

import proa.node.message.ChunkScanner;
import proa.node.message.HeadLimits;
import proa.node.message.Parsed;
import proa.node.message.Refusal;
import proa.node.message.RequestHead;
import proa.node.message.ResponseHead;

import java.util.List;
import java.util.function.UnaryOperator;

/** Heads and chunked bodies of HTTP/1. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
final class HttpSubjects {

    private static final HeadLimits LIMITS = new HeadLimits(120, 400, 12);

    private static final List<byte[]> PIECES =
            latin(
                    "\r\n",
                    "\r\n\r\n",
                    "\n",
                    "\r",
                    " ",
                    "\t",
                    ":",
                    " : ",
                    ",",
                    ";",
                    "\0",
                    "\u000b",
                    "\u007f",
                    "\u00e9",
                    "_",
                    "/",
                    "//",
                    "/..",
                    "/..;",
                    "%2f",
                    "%2e",
                    "%00",
                    "%",
                    "\\",
                    "?",
                    "#",
                    "*",
                    "@",
                    "[::1]",
                    ":80",
                    ":99999",
                    "http://a",
                    "https://",
                    "GET ",
                    "HEAD ",
                    "OPTIONS ",
                    "CONNECT ",
                    "PRI ",
                    " HTTP/1.1\r\n",
                    " HTTP/1.0\r\n",
                    " HTTP/2.0\r\n",
                    "HTTP/1.1 200 OK\r\n",
                    "HTTP/1.1 204\r\n",
                    "HTTP/1.1 100 \r\n",
                    "Host: a\r\n",
                    "Host: b\r\n",
                    "Content-Length: 5\r\n",
                    "Content-Length: 05\r\n",
                    "Content_Length: 5\r\n",
                    "5, 5",
                    "Transfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: x\r\n",
                    "Transfer_Encoding: chunked\r\n",
                    "Connection: close\r\n",
                    "Connection: X, keep-alive\r\n",
                    "Connection: Host\r\n",
                    "Connection: expect\r\n",
                    "Connection: x_forwarded_for\r\n",
                    "Expect: 100-continue\r\n",
                    "Expect: y\r\n",
                    "Upgrade: h2c\r\n",
                    "X-Forwarded-For: b\r\n",
                    "X: y\r\n",
                    " y\r\n",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    private static final List<byte[]> REQUESTS =
            latin(
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET / HTTP/1.0\r\n\r\n",
                    "\r\nPOST /a/b;c?d HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello",
                    "POST /%61 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "GET http://a/x HTTP/1.1\r\nHost: a\r\nConnection: close, X\r\nX: y\r\n\r\n",
                    "PUT /x HTTP/1.1\r\n"
                            + "Host: a\r\n"
                            + "Expect: 100-continue\r\n"
                            + "Content-Length: 1\r\n\r\n",
                    "OPTIONS * HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");

    /** Requests whose bodies are framed, each in another way. */
    private static final List<byte[]> FRAMED =
            latin(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
                    "POST / HTTP/1.1\r\nHost: a\r\n\r\n");

    private static final List<byte[]> FRAMING_PIECES =
            latin(
                    "Content-Length: 5\r\n",
                    "Content-Length: 6\r\n",
                    "Content-Length: 5\r\nContent-Length: 5\r\n",
                    "Content-Length: 5, 5\r\n",
                    "Content-Length: +5\r\n",
                    "Transfer-Encoding: gzip, chunked\r\n",
                    "\r\nContent-Length: 5",
                    "\r\nTransfer-Encoding: chunked",
                    "Transfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: identity\r\n",
                    "\r\n",
                    "0",
                    "+",
                    "-",
                    "5, ",
                    ", 5",
                    "gzip, ",
                    ", chunked",
                    "chunked",
                    "\t",
                    " ",
                    "\u000b",
                    "x",
                    "_",
                    "999999999999999999");

    private static final List<byte[]> RESPONSES =
            latin(
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                    "HTTP/1.1 204\r\n\r\n",
                    "HTTP/1.0 404 Not\r\nConnection: keep-alive\r\n\r\n",
                    "HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

    private static final List<byte[]> CHUNKS =
            latin(
                    "0\r\n\r\n",
                    "5\r\nhello\r\n0\r\n\r\nrest",
                    "a;x=\"y\"\r\nhellohello\r\n000\r\nA: b\r\nC:\r\n\r\n",
                    "00000000000001\r\nx\r\nF\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n");

    private static final List<byte[]> CHUNK_PIECES =
            latin(
                    "\r\n",
                    "\n",
                    "\r",
                    "0\r\n",
                    "\r\n\r\n",
                    ";",
                    "; a",
                    "\"",
                    "+",
                    "-",
                    "0x",
                    " ",
                    "\t",
                    "\0",
                    "f",
                    "F",
                    "ffffffffffffffff",
                    "7fffffffffffffff",
                    "fffffffffffffff",
                    "00000000000000000",
                    "A: b\r\n",
                    "Content-Length: 5\r\n",
                    "content_length: 5\r\n",
                    "Host:\r\n",
                    "X-Forwarded-Prot: x\r\n",
                    " x\r\n",
                    ":",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    private static final UnaryOperator<byte[]> AS_IT_IS = UnaryOperator.identity();

    private HttpSubjects() {}

    static Subject request() {
        return new Subject(
                "request head",
                again(HttpSubjects::readRequest),
                bytes -> HttpReference.request(bytes, LIMITS),
                REQUESTS,
                PIECES,
                AS_IT_IS);
    }

    /** Content-Length and Transfer-Encoding, on which smuggling rests. */
    static Subject framing() {
        return new Subject(
                "framing",
                again(HttpSubjects::readRequest),
                bytes -> HttpReference.request(bytes, LIMITS),
                FRAMED,
                FRAMING_PIECES,
                AS_IT_IS);
    }

    static Subject response() {
        return new Subject(
                "response head",
                again(HttpSubjects::readResponse),
                bytes -> HttpReference.response(bytes, LIMITS),
                RESPONSES,
                PIECES,
                AS_IT_IS);
    }

    static Subject chunks() {
        return new Subject(
                "chunked body",
                HttpSubjects::readChunks,
                HttpReference::chunks,
                CHUNKS,
                CHUNK_PIECES,
                AS_IT_IS);
    }

    static String readRequest(Subject.Input input) {
        RequestHead head = new RequestHead();
        int length = input.bytes().length;
        Parsed parsed = head.parse(input.guarded(length), BEFORE, BEFORE + length, LIMITS);
        return switch (parsed) {
            case Refusal why -> "refused " + why;
            case Parsed.Progress.PARTIAL -> "partial";
            case Parsed.Progress.WHOLE ->
                    "whole end=%d method=%s body=%s keep=%s host=%s path=%s"
                            .formatted(
                                    head.end() - BEFORE,
                                    head.method(),
                                    head.body() + ":" + head.bodyLength(),
                                    head.keepsAlive(),
                                    head.host(),
                                    head.path());
        };
    }

    static String readResponse(Subject.Input input) {
        ResponseHead head = new ResponseHead();
        int length = input.bytes().length;
        Parsed parsed = head.parse(input.guarded(length), BEFORE, BEFORE + length, LIMITS);
        return switch (parsed) {
            case Refusal why -> "refused " + why;
            case Parsed.Progress.PARTIAL -> "partial";
            case Parsed.Progress.WHOLE ->
                    "whole end=%d status=%d body=%s keep=%s"
                            .formatted(
                                    head.end() - BEFORE,
                                    head.status(),
                                    head.body(false),
                                    head.keepsAlive());
        };
    }

    static String readChunks(Subject.Input input) {
        ChunkScanner scanner = new ChunkScanner();
        long data = 0;
        int at = 0;
        for (int end : input.ends()) {
            while (at < end && !scanner.done()) {
                long left = scanner.dataLeft();
                if (left > 0) {
                    int part = (int) Math.min(left, end - at);
                    scanner.skip(part);
                    data += part;
                    at += part;
                } else {
                    Refusal why = scanner.step(input.bytes()[at]);
                    if (why != null) {
                        return "refused " + why;
                    }
                    at++;
                }
            }
        }
        return scanner.done() ? "whole end=%d data=%d".formatted(at, data) : "partial";
    }
}
