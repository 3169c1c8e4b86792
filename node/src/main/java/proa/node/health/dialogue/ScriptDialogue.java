package proa.node.health.dialogue;

import com.google.re2j.Matcher;

/** A script walked through; what comes behind a match is for the next step. */
final class ScriptDialogue implements Dialogue {

    /** Beyond this a server is not answering what was asked. */
    private static final int BYTES_MAX = 16 << 10;

    private final Script script;
    private int at;

    ScriptDialogue(Script script) {
        this.script = script;
    }

    @Override
    public int bytesMax() {
        return BYTES_MAX;
    }

    @Override
    public Turn begin() {
        return next(new Received());
    }

    @Override
    public Turn next(Received received) {
        while (at < script.steps().size()) {
            switch (script.steps().get(at)) {
                case Script.Send(var bytes) -> {
                    at++;
                    return new Turn.Say(bytes);
                }
                case Script.Await(var bytes) -> {
                    int found = received.text().indexOf(bytes);
                    if (found < 0) {
                        return missing(received, bytes);
                    }
                    received.take(found + bytes.length());
                }
                case Script.Match(var regex) -> {
                    Matcher matcher = regex.matcher(received.text());
                    if (!matcher.find()) {
                        return missing(received, regex.pattern());
                    }
                    received.take(matcher.end());
                }
            }
            at++;
        }
        return PASSED;
    }

    private Turn missing(Received received, String expected) {
        boolean over = received.ended() && received.something();
        return over || received.length() >= BYTES_MAX
                ? new Turn.Failed(
                        "step "
                                + (at + 1)
                                + ": no "
                                + Shown.quoted(expected)
                                + " in "
                                + Shown.quoted(received.text()))
                : MORE;
    }
}
