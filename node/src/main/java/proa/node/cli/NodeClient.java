package proa.node.cli;

import proa.node.admin.JsonReader;
import proa.node.admin.Level;
import proa.node.cli.LocalSockets.Answer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a running node over the socket of the highest level that this user may open. */
final class NodeClient {

    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final Pattern LENGTH = Pattern.compile("\\r\\nContent-Length: (\\d{1,10})");

    private NodeClient() {}

    /** What the node said. */
    sealed interface Reply {

        /** It is done, or this is it. */
        record Said(String json) implements Reply {

            Map<?, ?> document() {
                return JsonReader.read(json) instanceof Map<?, ?> map ? map : Map.of();
            }
        }

        /** It refuses, for these reasons. */
        record Refused(List<String> reasons) implements Reply {}

        /** It is not there, or this user may not ask. */
        record Unable(String why) implements Reply {}
    }

    /** Its status, as a document or why there is none. */
    static Answer status(Path directory) {
        return switch (ask(directory, "GET", "/status", "", LocalSockets.PATIENCE)) {
            case Reply.Said(var json) -> new Answer.Document(json);
            case Reply.Refused(var reasons) -> new Answer.Silent(String.join("; ", reasons));
            case Reply.Unable(var why) -> new Answer.Silent(why);
        };
    }

    /**
     * Asks for something.
     *
     * @param directory the node's run directory
     * @param body empty: none
     * @param patience how long to wait for the answer
     */
    static Reply ask(Path directory, String method, String target, String body, Duration patience) {
        Optional<Path> socket = socket(directory);
        if (socket.isEmpty()) {
            return new Reply.Unable(
                    "no permission for the sockets in " + directory + ": try as the node's user");
        }
        return switch (LocalSockets.http(socket.get(), method, target, body, patience)) {
            case Answer.Silent(var why) -> new Reply.Unable(why);
            case Answer.Document(var answer) -> reply(answer);
        };
    }

    /** The first that may be opened; where there is none at all, the one that should be there. */
    private static Optional<Path> socket(Path directory) {
        List<Path> sockets =
                Arrays.stream(Level.values())
                        .map(Level::file)
                        .map(directory::resolve)
                        .filter(Files::exists)
                        .toList()
                        .reversed();
        return sockets.isEmpty()
                ? Optional.of(directory.resolve(Level.ADMIN.file()))
                : sockets.stream().filter(Files::isWritable).findFirst();
    }

    private static Reply reply(String answer) {
        int body = answer.indexOf("\r\n\r\n");
        String[] line = answer.lines().findFirst().orElse("").split(" ", 3);
        if (body < 0
                || line.length < 2
                || !line[1].matches("\\d{3}")
                || !isWhole(answer.substring(0, body), answer.substring(body + 4))) {
            return new Reply.Unable("no answer: closed in the middle of a word");
        }
        String json = answer.substring(body + 4).strip();
        int status = Integer.parseInt(line[1]);
        if (status == OK) {
            return new Reply.Said(json);
        }
        Map<?, ?> document = new Reply.Said(json).document();
        List<String> reasons =
                document.get("reasons") instanceof List<?> list
                        ? list.stream().map(String::valueOf).toList()
                        : List.of(String.valueOf(document.get("error")));
        return status == FORBIDDEN
                ? new Reply.Unable(String.join("; ", reasons))
                : new Reply.Refused(reasons);
    }

    /** Whether the body is as long as its head says, if that does. */
    private static boolean isWhole(String head, String body) {
        Matcher length = LENGTH.matcher(head);
        return !length.find()
                || Long.parseLong(length.group(1)) == body.getBytes(StandardCharsets.UTF_8).length;
    }
}
