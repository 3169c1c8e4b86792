package proa.chaos.fuzz;

import static proa.chaos.fuzz.Subject.latin;

import proa.node.protocol.resp.DecoderDoor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Streams of commands in the Redis protocol. */
final class RespSubject {

    private static final int ARGUMENTS_MAX = 65_536;
    private static final int BULK_BYTES_MAX = 1 << 20;
    private static final int COMMAND_BYTES_MAX = 4 << 20;
    private static final int LENGTH_BYTES_MAX = 16;

    private RespSubject() {}

    static Subject subject() {
        return new Subject(
                "RESP",
                RespSubject::read,
                bytes -> Optional.of(new Reference(latin(bytes)).verdict()),
                latin(
                        "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nb\0\r\n",
                        "PING\r\n\r\n*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n",
                        "  get   key\t\r\n*2\r\n$4\r\nECHO\r\n$2\r\n\r\n\r\n"),
                latin(
                        "*", "$", "\r\n", "\n", "\r", "-", "+", "0", "1", "2", "-1\r\n", "*1\r\n",
                        "*2\r\n", "$0\r\n", "$1\r\n", "$1048577\r\n", "$1048576\r\n", "*65537\r\n",
                        "*65536\r\n", "$9223372036854775807\r\n", "*99999999999999999999\r\n", " ",
                        "\t", "\"", "'", "\0", "get a\r\n", "00", "aaaaaaaaaaaaaaaaaaaa"),
                UnaryOperator.identity());
    }

    static String read(Subject.Input input) {
        DecoderDoor door = new DecoderDoor();
        int from = 0;
        for (int end : input.ends()) {
            door.arrive(input.bytes(), from, end);
            from = end;
        }
        return verdict(door.found(), !door.broken().isEmpty());
    }

    private static String verdict(List<String> commands, boolean broken) {
        return "whole " + commands + (broken ? " broken" : "");
    }

    /** The same from the text as a whole. */
    private static final class Reference {

        private final String text;
        private final List<String> commands = new ArrayList<>();
        private int at;

        private Reference(String text) {
            this.text = text;
        }

        private enum Step {
            ON,
            PARTIAL,
            BROKEN
        }

        private String verdict() {
            Step step = Step.ON;
            while (step == Step.ON) {
                step = at == text.length() ? Step.PARTIAL : command();
            }
            return RespSubject.verdict(commands, step == Step.BROKEN);
        }

        private Step command() {
            return text.charAt(at) == '*' ? array() : inline();
        }

        private Step array() {
            Long count = number();
            if (count == null || count == PARTIAL) {
                return count == null ? Step.BROKEN : Step.PARTIAL;
            }
            if (count > ARGUMENTS_MAX) {
                return Step.BROKEN;
            }
            List<String> words = new ArrayList<>();
            long bytes = 0;
            for (long left = count; left > 0; left--) {
                if (at == text.length()) {
                    return Step.PARTIAL;
                }
                Long size = text.charAt(at) == '$' ? number() : null;
                bytes += size == null || size == PARTIAL ? 0 : size;
                if (size == null || size > BULK_BYTES_MAX && size != PARTIAL) {
                    return Step.BROKEN;
                }
                if (size == PARTIAL) {
                    return Step.PARTIAL;
                }
                if (size < 0 || bytes > COMMAND_BYTES_MAX) {
                    return Step.BROKEN;
                }
                int end = at + size.intValue();
                if (text.length() < end + 2) {
                    return Step.PARTIAL;
                }
                if (!text.startsWith("\r\n", end)) {
                    return Step.BROKEN;
                }
                words.add(text.substring(at, end));
                at = end + 2;
            }
            if (count > 0) {
                commands.add(String.join("|", words));
            }
            return Step.ON;
        }

        private static final long PARTIAL = Long.MAX_VALUE;

        /** The number behind a mark; null: none, {@link #PARTIAL}: not there yet. */
        private Long number() {
            int feed = text.indexOf('\n', at);
            if (feed < 0) {
                return text.length() - at > LENGTH_BYTES_MAX ? null : (Long) PARTIAL;
            }
            String line = text.substring(at + 1, feed);
            at = feed + 1;
            return line.matches("(0|-?[1-9][0-9]{0,15})\r") && line.length() <= 17
                    ? (Long) Long.parseLong(line.substring(0, line.length() - 1))
                    : null;
        }

        private Step inline() {
            int feed = text.indexOf('\n', at);
            if (feed < 0) {
                return Step.PARTIAL;
            }
            String line = text.substring(at, feed);
            at = feed + 1;
            if (line.contains("\"") || line.contains("'")) {
                return Step.BROKEN;
            }
            if (!line.isBlank()) {
                commands.add(String.join("|", line.strip().split("[ \\t\\r]+")));
            }
            return Step.ON;
        }
    }
}
