package proa.chaos.fuzz;

import static proa.chaos.fuzz.Http2Subjects.FIELD;
import static proa.chaos.fuzz.Http2Subjects.VALUE;
import static proa.chaos.fuzz.Http2Subjects.field;
import static proa.chaos.fuzz.Subject.latin;

import proa.node.http2.AnswerFields;
import proa.node.http2.Trailers;
import proa.node.message.HeadBuffer;
import proa.node.message.HeadLimits;
import proa.node.message.Parsed.Progress;
import proa.node.message.ResponseHead;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What servers of HTTP/2 say, and the trailers of both sides, on their way to HTTP/1.1. */
final class Http2AnswerSubjects {

    /**
     * In front of the fields: the answer ends with them; it has to be framed; it opens a tunnel; it
     * is for HTTP/1.0, which does not know chunks.
     */
    static final char ENDS = 'E';

    static final char FRAMED = 'F';
    static final char TUNNEL = 'T';
    static final char OLD = 'O';

    /** The flags, each there or a dash. */
    static final int FLAGS = 4;

    static final String ACCEPT = "ACCEPT";

    private static final List<byte[]> PIECES =
            latin(
                    FIELD,
                    VALUE,
                    field(":status", "200"),
                    field(":status", "101"),
                    field(":status", "103"),
                    field(":status", "204"),
                    field(":path", "/"),
                    field("x", "y\r\nz: a"),
                    field("x", " y"),
                    field("x", ""),
                    field("X-A", "b"),
                    field("connection", "close"),
                    field("transfer-encoding", "chunked"),
                    field("transfer_encoding", "chunked"),
                    field("content-length", "5"),
                    field("content_length", "5"),
                    field("set-cookie", "a=b"),
                    field("x-forwarded-for", "a"),
                    field("x_forwarded_for", "a"),
                    field("host", "a"),
                    field("te", "trailers"),
                    field("sec-websocket-accept", "theirs"),
                    "\r\n",
                    "\0",
                    "_",
                    ":",
                    "E",
                    "F",
                    "T",
                    "O",
                    "-");

    private Http2AnswerSubjects() {}

    static Subject answer() {
        return new Subject(
                "HTTP/2 answer",
                input -> readAnswer(latin(input.bytes())),
                bytes -> Http2AnswerReference.answer(latin(bytes)),
                latin(
                        "-F--" + field(":status", "200") + field("x", "y"),
                        "-F-O" + field(":status", "200") + field("x", "y"),
                        "E---" + field(":status", "404") + field("content-length", "0"),
                        "--T-" + field(":status", "200") + field("sec-websocket-protocol", "chat"),
                        "----" + field(":status", "103") + field("link", "</a>"),
                        "EF--" + field(":status", "304") + field("etag", "\"a\"")),
                PIECES,
                Http2AnswerSubjects::begunWithOneStatus);
    }

    static Subject trailers() {
        return new Subject(
                "HTTP/2 trailers",
                input -> readTrailers(latin(input.bytes())),
                bytes -> Http2AnswerReference.trailers(latin(bytes)),
                latin(
                        "----" + field("grpc-status", "0") + field("x-sum", "1"),
                        "----" + field("set-cookie", "a=b") + field("a", "")),
                PIECES,
                UnaryOperator.identity());
    }

    /** Whether a flag stands in front. */
    static boolean has(String input, char flag) {
        return input.substring(0, Math.min(FLAGS, input.length())).indexOf(flag) >= 0;
    }

    /** Name and value of each field, the latter empty where there is none. */
    static List<String[]> fields(String input) {
        List<String[]> fields = new ArrayList<>();
        String list = input.substring(Math.min(FLAGS + 1, input.length()));
        for (String each : list.split(FIELD, -1)) {
            int cut = each.indexOf(VALUE);
            fields.add(
                    cut < 0
                            ? new String[] {each, ""}
                            : new String[] {each.substring(0, cut), each.substring(cut + 1)});
        }
        return fields;
    }

    /** The last status first and no other, so that one that was put in is the answer's. */
    private static byte[] begunWithOneStatus(byte[] bytes) {
        String input = latin(bytes);
        String status = "";
        StringBuilder others = new StringBuilder();
        for (String[] each : fields(input)) {
            if (each[0].equals(":status")) {
                status = field(each[0], each[1]);
            } else {
                others.append(field(each[0], each[1]));
            }
        }
        return latin(input.substring(0, Math.min(FLAGS, input.length())) + status + others);
    }

    private static String readAnswer(String input) {
        HeadBuffer head = new HeadBuffer();
        AnswerFields answer = new AnswerFields(head);
        answer.begin(has(input, TUNNEL) ? ACCEPT : null);
        for (String[] each : fields(input)) {
            byte[] name = latin(each[0]);
            byte[] value = latin(each[1]);
            answer.field(name, 0, name.length, value, 0, value.length);
        }
        String malformed = answer.end(has(input, ENDS), has(input, FRAMED), !has(input, OLD));
        if (malformed != null) {
            return "refused " + malformed;
        }
        requireOneReading(head);
        return "whole " + head;
    }

    /** What a client gets is one head and nothing behind it. */
    private static void requireOneReading(HeadBuffer head) {
        ResponseHead reader = new ResponseHead();
        HeadLimits limits = new HeadLimits(8 << 10, 64 << 10, 1_000);
        Object parsed = reader.parse(head.bytes(), 0, head.length(), limits);
        boolean behind = parsed == Progress.WHOLE && reader.end() != head.length();
        if (parsed == Progress.PARTIAL || behind) {
            throw new IllegalStateException("more than one reading of " + head);
        }
    }

    private static String readTrailers(String input) {
        Trailers trailers = new Trailers();
        trailers.begin();
        for (String[] each : fields(input)) {
            byte[] name = latin(each[0]);
            byte[] value = latin(each[1]);
            trailers.field(name, 0, name.length, value, 0, value.length);
        }
        HeadBuffer lines = trailers.lines();
        return lines == null ? "refused" : "whole " + lines;
    }
}
