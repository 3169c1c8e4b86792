package proa.node.health.dialogue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The start of PostgreSQL's protocol 3.0 (its manual, "Message Formats"): StartupMessage, answered
 * by an Authentication message or an ErrorResponse.
 */
final class PostgresqlDialogue implements Dialogue {

    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final byte[] TERMINATE = {'X', 0, 0, 0, 4};

    /** Type and length. */
    private static final int HEADER_BYTES = 5;

    private static final int MESSAGE_BYTES_MAX = 16 << 10;

    private final String user;
    private final String database;

    PostgresqlDialogue(String user, String database) {
        this.user = user;
        this.database = database;
    }

    @Override
    public Turn begin() {
        ByteArrayOutputStream parameters = new ByteArrayOutputStream();
        for (String text : new String[] {"user", user, "database", database, ""}) {
            parameters.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            parameters.write(0);
        }
        byte[] message =
                ByteBuffer.allocate(2 * Integer.BYTES + parameters.size())
                        .putInt(2 * Integer.BYTES + parameters.size())
                        .putInt(PROTOCOL_3_0)
                        .put(parameters.toByteArray())
                        .array();
        return new Turn.Say(message);
    }

    @Override
    public Turn next(Received received) {
        if (received.length() < HEADER_BYTES) {
            return MORE;
        }
        int length =
                received.at(1) << 24 | received.at(2) << 16 | received.at(3) << 8 | received.at(4);
        int type = received.at(0);
        if ((type != 'R' && type != 'E') || length < 8 || length > MESSAGE_BYTES_MAX) {
            return new Turn.Failed("the answer is not PostgreSQL");
        }
        if (received.length() < length + 1) {
            return MORE;
        }
        return type == 'R'
                ? new Turn.Passed(isIn(received) ? TERMINATE : NOTHING)
                : new Turn.Failed(error(received.text(HEADER_BYTES, length + 1 - HEADER_BYTES)));
    }

    /**
     * AuthenticationOk has the code 0. A server that waits for a password instead logs every other
     * message as an error, but not that a client just leaves.
     */
    private static boolean isIn(Received received) {
        return received.at(HEADER_BYTES) == 0
                && received.at(HEADER_BYTES + 1) == 0
                && received.at(HEADER_BYTES + 2) == 0
                && received.at(HEADER_BYTES + 3) == 0;
    }

    /** Fields of an ErrorResponse: a letter and a text that ends with a zero. */
    private static String error(String fields) {
        String severity = "";
        String code = "";
        String message = "";
        for (String field : fields.split("\0")) {
            String text = field.isEmpty() ? "" : field.substring(1);
            switch (field.isEmpty() ? ' ' : field.charAt(0)) {
                case 'S' -> severity = text;
                case 'C' -> code = text;
                case 'M' -> message = text;
                default -> {}
            }
        }
        return Shown.clipped(severity + " " + code + ": " + message);
    }
}
