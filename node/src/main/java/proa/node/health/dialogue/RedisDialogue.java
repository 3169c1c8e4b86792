package proa.node.health.dialogue;

import java.nio.charset.StandardCharsets;

/**
 * PING of the Redis protocol. A server that asks for a password first is up; one that loads its
 * data or has lost its master says so instead and is not.
 */
final class RedisDialogue implements Dialogue {

    private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_BYTES_MAX = 4 << 10;

    @Override
    public int bytesMax() {
        return LINE_BYTES_MAX;
    }

    @Override
    public Turn begin() {
        return new Turn.Say(PING);
    }

    @Override
    public Turn next(Received received) {
        int end = received.indexOf('\n', 0);
        if (end < 0) {
            return MORE;
        }
        String line = received.text(0, end).strip();
        boolean well = line.equals("+PONG") || line.startsWith("-NOAUTH");
        return well ? PASSED : new Turn.Failed("PING is answered " + Shown.quoted(line));
    }
}
