package proa.node.health.dialogue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The connection phase of MySQL's protocol (its internals manual, "Connection Phase"). The server
 * speaks first; a named user is logged in with an empty password and leaves in order.
 *
 * <pre>
 *   greeting (protocol 10) ── no user ─────────────────────────────────► passed
 *            └─ user ─► HandshakeResponse41 ─► OK ─► COM_QUIT ─────────► passed
 *                              └─ AuthSwitchRequest ─► empty answer ─► OK ┘
 * </pre>
 */
final class MysqlDialogue implements Dialogue {

    private static final int PROTOCOL_10 = 10;
    private static final int OK = 0x00;
    private static final int AUTH_SWITCH = 0xfe;
    private static final int ERROR = 0xff;

    /** LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH. */
    private static final int CAPABILITIES = 0x1 | 0x200 | 0x8000 | 0x80000;

    private static final int PACKET_BYTES_MAX = 16 << 10;
    private static final byte UTF8 = 33;
    private static final int RESERVED_BYTES = 23;
    private static final byte[] QUIT = {1, 0, 0, 0, 1};

    /** Length and sequence number. */
    private static final int HEADER_BYTES = 4;

    private final String user;
    private boolean greeted;
    private boolean switched;

    /**
     * Begins a probe.
     *
     * @param user empty: nobody is logged in
     */
    MysqlDialogue(String user) {
        this.user = user;
    }

    @Override
    public int bytesMax() {
        return PACKET_BYTES_MAX + HEADER_BYTES;
    }

    @Override
    public Turn begin() {
        return MORE;
    }

    @Override
    public Turn next(Received received) {
        if (received.length() < HEADER_BYTES) {
            return MORE;
        }
        int length = received.at(0) | received.at(1) << 8 | received.at(2) << 16;
        int sequence = received.at(3);
        if (length == 0 || length > PACKET_BYTES_MAX) {
            return new Turn.Failed("the answer is not MySQL");
        }
        if (received.length() < HEADER_BYTES + length) {
            return MORE;
        }
        String payload = received.text(HEADER_BYTES, length);
        received.take(HEADER_BYTES + length);
        return greeted ? answered(payload, sequence) : greeting(payload);
    }

    private Turn greeting(String payload) {
        greeted = true;
        return switch (payload.charAt(0)) {
            case PROTOCOL_10 -> user.isEmpty() ? PASSED : new Turn.Say(login());
            case ERROR -> new Turn.Failed(error(payload));
            default -> new Turn.Failed("the answer is not MySQL");
        };
    }

    private Turn answered(String payload, int sequence) {
        return switch (payload.charAt(0)) {
            case OK -> new Turn.Passed(QUIT);
            case ERROR -> new Turn.Failed(error(payload));
            case AUTH_SWITCH -> {
                boolean again = switched;
                switched = true;
                yield again ? noPassword() : new Turn.Say(packet(sequence + 1, new byte[0]));
            }
            default -> noPassword();
        };
    }

    private Turn noPassword() {
        return new Turn.Failed("user " + user + " is asked for a password");
    }

    private byte[] login() {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        littleEndian(CAPABILITIES, payload);
        littleEndian(PACKET_BYTES_MAX, payload);
        payload.write(UTF8);
        payload.writeBytes(new byte[RESERVED_BYTES]);
        payload.writeBytes(user.getBytes(StandardCharsets.UTF_8));
        payload.write(0);
        payload.write(0); // an empty password
        payload.writeBytes("mysql_native_password\0".getBytes(StandardCharsets.US_ASCII));
        return packet(1, payload.toByteArray());
    }

    private static void littleEndian(int value, ByteArrayOutputStream out) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
    }

    private static byte[] packet(int sequence, byte[] payload) {
        byte[] packet = new byte[HEADER_BYTES + payload.length];
        packet[0] = (byte) payload.length; // a login is shorter than 256 bytes
        packet[3] = (byte) sequence;
        System.arraycopy(payload, 0, packet, HEADER_BYTES, payload.length);
        return packet;
    }

    /** Code, perhaps {@code #} and five characters of SQLSTATE, and the message. */
    private static String error(String payload) {
        if (payload.length() < 3) {
            return "an error without a code";
        }
        int code = payload.charAt(1) | payload.charAt(2) << 8;
        boolean state = payload.length() >= 9 && payload.charAt(3) == '#';
        return Shown.clipped("error " + code + ": " + payload.substring(state ? 9 : 3));
    }
}
