package proa.chaos.fuzz;

import static proa.chaos.fuzz.Subject.latin;

import proa.chaos.fuzz.Subject.Input;
import proa.chaos.fuzz.Subject.Parser;
import proa.node.protocol.http2.HeaderBlock;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/** Parsers with a planted bug, of the kinds that parsers have had. */
final class Mutants {

    private Mutants() {}

    static List<Subject> of(Subject subject) {
        Parser real = subject.parser();
        return switch (subject.name()) {
            case "request head" ->
                    List.of(
                            subject.with(
                                    "takes LF for a line end", edited(real, "(?<!\r)\n", "\r\n")),
                            subject.with("reads NUL as a space", edited(real, "\0", " ")),
                            subject.with(
                                    "leaves out spaces before colons", edited(real, " +:", ":")),
                            subject.with("throws on a colon first", throwing(real, "\r\n:")),
                            subject.with(
                                    "takes the first Expect", edited(real, "Expect: y", "X: y")),
                            subject.with("looks one byte further", further(real)));
            case "response head" ->
                    List.of(
                            subject.with("unfolds", edited(real, "\r\n +", " ")),
                            subject.with(
                                    "takes any length",
                                    edited(real, "Content-Length: 0+5", "Content-Length: 5")),
                            subject.with("looks one byte further", further(real)));
            case "chunked body" ->
                    List.of(
                            subject.with("takes a sign", edited(real, "(^|\r\n)[+]", "$1")),
                            subject.with(
                                    "loses the digits in front",
                                    edited(real, "(^|\r\n)[0-9A-Fa-f](?=[0-9A-Fa-f]{15})", "$1")),
                            subject.with("lets LF end a size", edited(real, "(?<!\r)\n", "\r\n")),
                            subject.with("forgets at the end of a piece", forgetful(real)));
            case "framing" ->
                    List.of(
                            subject.with(
                                    "takes lengths that agree",
                                    edited(real, "(Content-Length: 5\r\n)\\1", "$1")),
                            subject.with("takes a list", edited(real, "5, 5", "5")),
                            subject.with("takes a sign", edited(real, ": [+]5", ": 5")),
                            subject.with(
                                    "lets chunked win over a length",
                                    edited(
                                            real,
                                            "(?s)Content-Length: 5\r\n"
                                                    + "(?=.*Transfer-Encoding: chunked)",
                                            "")),
                            subject.with(
                                    "looks at the last coding only",
                                    edited(real, "gzip, chunked", "chunked")));
            default -> ofOthers(subject, real);
        };
    }

    private static List<Subject> ofHttp2(Subject subject, Parser real) {
        return switch (subject.name()) {
            case "HTTP/2 request" ->
                    List.of(
                            subject.with(
                                    "takes upper case", edited(real, "\u0001X-A", "\u0001x-a")),
                            subject.with("lets lines into values", edited(real, "\r\n", "")),
                            subject.with(
                                    "takes a second length",
                                    edited(real, "(\u0001content-length\u00025){2}", "$1")),
                            subject.with(
                                    "overlooks a field of connections",
                                    edited(real, "\u0001transfer-encoding[^\u0001]*", "")),
                            subject.with(
                                    "throws on an empty value", throwing(real, "\u0002\u0001")));
            case "HTTP/2 frames" ->
                    List.of(
                            subject.with(
                                    "takes frames of any size",
                                    saying(real, "refused FRAME_SIZE_ERROR", "whole ")),
                            subject.with("forgets at the end of a piece", forgetful(real)),
                            subject.with("looks one byte further", further(real)));
            case "HTTP/2 answer" ->
                    List.of(
                            subject.with("takes 101", edited(real, "\u0002101", "\u0002200")),
                            subject.with("lets lines into values", edited(real, "\r\n", "")),
                            subject.with(
                                    "takes a second status",
                                    edited(real, "(\u0001:status\u0002[0-9]+){2}", "$1")),
                            subject.with(
                                    "throws on an empty value", throwing(real, "\u0002\u0001")));
            case "HTTP/2 trailers" ->
                    List.of(
                            subject.with(
                                    "overlooks an underscore",
                                    edited(real, "\u0001content_length", "\u0001content.length")),
                            subject.with(
                                    "leaves out pseudo-fields",
                                    edited(real, "\u0001:[^\u0001]*", "")),
                            subject.with(
                                    "throws on an empty value", throwing(real, "\u0002\u0001")));
            case HpackSubject.NAME ->
                    List.of(
                            subject.with(
                                    "forgets its table behind every head",
                                    HpackSubject.losingItsTable(_ -> true)),
                            subject.with(
                                    "forgets its table behind a head that is too large",
                                    HpackSubject.losingItsTable(HeaderBlock::tooLarge)),
                            subject.with(
                                    "takes part of a head that is malformed",
                                    saying(real, "refused .*", "whole []")),
                            subject.with("forgets at the end of a piece", forgetful(real)),
                            subject.with("looks one byte further", further(real)));
            default -> List.of();
        };
    }

    private static List<Subject> ofOthers(Subject subject, Parser real) {
        return switch (subject.name()) {
            case "RESP" ->
                    List.of(
                            subject.with("takes a plus", edited(real, "[*][+]", "*")),
                            subject.with("throws on an empty word", throwing(real, "$0\r\n")),
                            subject.with("forgets at the end of a piece", forgetful(real)));
            case "PROXY header" ->
                    List.of(
                            subject.with("takes leading zeros", edited(real, " 0+(?=[1-9])", " ")),
                            subject.with("throws on a high port", throwing(real, "65536")),
                            subject.with(
                                    "lets LF end the line", edited(real, "(?<!\r)\n$", "\r\n")));
            case "ClientHello" ->
                    List.of(
                            subject.with(
                                    "overlooks lengths of extensions",
                                    saying(real, "refused extensions.*", "whole name=")),
                            subject.with("throws on an empty name", throwing(real, "\0\0\0\0")),
                            subject.with("looks one byte further", further(real)));
            case "table messages" ->
                    List.of(
                            subject.with(
                                    "throws on a large number", throwing(real, "\u00ff\u007f")),
                            subject.with("takes what the bytes say", greedy(real)));
            case "frames" ->
                    List.of(
                            subject.with("forgets at the end of a piece", forgetful(real)),
                            subject.with("takes what the bytes say", greedy(real)),
                            subject.with(
                                    "throws on a length below zero",
                                    throwing(real, "\0\u0001\u00ff")));
            case "VRRP" ->
                    List.of(
                            subject.with("believes any checksum", summed(subject)),
                            subject.with("throws on many addresses", throwing(real, "13\u00fa\0")));
            default -> ofHttp2(subject, real);
        };
    }

    /** Reads something else than what came. */
    private static Parser edited(Parser real, String pattern, String with) {
        return input ->
                real.read(input.with(latin(latin(input.bytes()).replaceAll(pattern, with))));
    }

    /** Says something else than it should. */
    private static Parser saying(Parser real, String pattern, String instead) {
        return input -> real.read(input).replaceAll(pattern, instead);
    }

    private static Parser throwing(Parser real, String on) {
        return input -> {
            if (latin(input.bytes()).contains(on)) {
                throw new ArrayIndexOutOfBoundsException(on.length());
            }
            return real.read(input);
        };
    }

    /** Takes the byte behind the input for a part of it. */
    private static Parser further(Parser real) {
        return input -> {
            byte[] longer = java.util.Arrays.copyOf(input.bytes(), input.bytes().length + 1);
            longer[input.bytes().length] = input.guard();
            return real.read(input.with(longer));
        };
    }

    /** Loses the last byte of every piece but the last. */
    private static Parser forgetful(Parser real) {
        return input -> {
            StringBuilder left = new StringBuilder();
            int from = 0;
            for (int end : input.ends()) {
                boolean last = end == input.bytes().length;
                left.append(latin(input.bytes()), from, last ? end : Math.max(from, end - 1));
                from = end;
            }
            return real.read(Input.whole(latin(left.toString()), input.guard()));
        };
    }

    /** Sets memory aside for as many things as the last four bytes say. */
    private static Parser greedy(Parser real) {
        return input -> {
            byte[] bytes = input.bytes();
            int count =
                    bytes.length < 4
                            ? 0
                            : ByteBuffer.wrap(bytes).getInt(bytes.length - 4) & 0xffffff;
            byte[] aside = new byte[count];
            return aside.length == count ? real.read(input) : "refused";
        };
    }

    /** Corrects the checksum before it looks. */
    private static Parser summed(Subject subject) {
        UnaryOperator<byte[]> repair = subject.repair();
        return input -> subject.parser().read(input.with(repair.apply(input.bytes())));
    }
}
