package proa.node.health.dialogue;

import java.nio.charset.StandardCharsets;

/** Greeting and EHLO of SMTP (RFC 5321 §4.1.1.1, §4.2.1); it leaves with QUIT. */
final class SmtpDialogue implements Dialogue {

    private static final int REPLY_BYTES_MAX = 8 << 10;
    private static final byte[] QUIT = "QUIT\r\n".getBytes(StandardCharsets.US_ASCII);

    private final String hello;
    private boolean greeted;

    SmtpDialogue(String hello) {
        this.hello = hello;
    }

    @Override
    public int bytesMax() {
        return REPLY_BYTES_MAX;
    }

    @Override
    public Turn begin() {
        return MORE;
    }

    @Override
    public Turn next(Received received) {
        int start = 0;
        while (true) {
            int end = received.indexOf('\n', start);
            if (end < 0) {
                return MORE;
            }
            String line = received.text(start, end - start).strip();
            if (!line.matches("\\d{3}(?:[ -].*)?")) {
                return new Turn.Failed("the answer is not SMTP: " + Shown.quoted(line));
            }
            start = end + 1;
            if (line.length() == 3 || line.charAt(3) == ' ') {
                received.take(start);
                return replied(line);
            }
        }
    }

    private Turn replied(String line) {
        String expected = greeted ? "250" : "220";
        if (!line.startsWith(expected)) {
            return new Turn.Failed(
                    (greeted ? "EHLO is answered " : "greets with ") + Shown.quoted(line));
        }
        if (greeted) {
            return new Turn.Passed(QUIT);
        }
        greeted = true;
        return new Turn.Say(("EHLO " + hello + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
