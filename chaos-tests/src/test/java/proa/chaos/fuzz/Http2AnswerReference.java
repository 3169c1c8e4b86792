package proa.chaos.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Obvious readers of what {@link Http2AnswerSubjects} are given, by the words of RFC 9113. */
final class Http2AnswerReference {

    /** RFC 9110 §6.5.1: what frames, routes, authorizes or says what the content is. */
    private static final Set<String> NOT_BEHIND =
            Set.of(
                    ("authorization proxy-authorization cookie set-cookie host forwarded expect te"
                                    + " trailer range max-forwards cache-control content-encoding"
                                    + " content-length content-range content-type")
                            .split(" "));

    private Http2AnswerReference() {}

    private static boolean isSound(String name, String value) {
        return Http2Reference.NAME.test(name)
                && Http2Reference.VALUE.test(value)
                && !Http2Reference.OF_CONNECTIONS.contains(name);
    }

    static Optional<String> answer(String input) {
        List<String[]> fields = Http2AnswerSubjects.fields(input);
        String status = fields.getFirst()[1];
        boolean begins = fields.getFirst()[0].equals(":status");
        if (!begins || !status.matches("[1-5][0-9][0-9]") || status.equals("101")) {
            return Optional.empty();
        }
        boolean ends = Http2AnswerSubjects.has(input, Http2AnswerSubjects.ENDS);
        boolean tunnel =
                Http2AnswerSubjects.has(input, Http2AnswerSubjects.TUNNEL)
                        && status.startsWith("2");
        boolean interim = status.startsWith("1");
        StringBuilder head = new StringBuilder();
        head.append("HTTP/1.1 ").append(tunnel ? "101" : status).append(" \r\n");
        if (tunnel) {
            head.append("upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ");
            head.append(Http2AnswerSubjects.ACCEPT).append("\r\n");
        }
        boolean length = false;
        for (String[] each : fields.subList(1, fields.size())) {
            if (!isSound(each[0], each[1])) {
                return Optional.empty();
            }
            length |= each[0].equals("content-length");
            if (!tunnel || !each[0].equals("sec-websocket-accept")) {
                head.append(each[0] + ": " + each[1] + "\r\n");
            }
        }
        boolean bodiless = tunnel || interim || List.of("204", "304").contains(status);
        boolean framed = Http2AnswerSubjects.has(input, Http2AnswerSubjects.FRAMED);
        boolean old = Http2AnswerSubjects.has(input, Http2AnswerSubjects.OLD);
        if (!bodiless && !length && (ends ? framed : !old)) {
            head.append(ends ? "content-length: 0\r\n" : "transfer-encoding: chunked\r\n");
        }
        return interim && ends ? Optional.empty() : Optional.of("whole " + head + "\r\n");
    }

    static Optional<String> trailers(String input) {
        StringBuilder lines = new StringBuilder();
        for (String[] each : Http2AnswerSubjects.fields(input)) {
            String meant = each[0].toLowerCase(Locale.ROOT).replace('_', '-');
            if (!isSound(each[0], each[1]) || Http2Reference.OF_CONNECTIONS.contains(meant)) {
                return Optional.empty();
            }
            if (!NOT_BEHIND.contains(meant) && !meant.startsWith("x-forwarded-")) {
                lines.append(each[0] + ": " + each[1] + "\r\n");
            }
        }
        return Optional.of("whole " + lines);
    }
}
