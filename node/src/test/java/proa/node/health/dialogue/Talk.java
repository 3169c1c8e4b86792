package proa.node.health.dialogue;

import proa.config.BackendConfig.Probe;
import proa.node.health.dialogue.Dialogue.Turn;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Supplier;

/** A dialogue with a server whose bytes come in given pieces, whatever it is asked. */
final class Talk {

    static final String PASSED = "passed";
    static final String SILENT = "waits after the end";

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private String verdict = "";

    private Talk() {}

    /** Dialogues that need nobody to carry calls. */
    static Supplier<Dialogue> about(Probe probe, InetSocketAddress server) {
        return Dialogues.of(
                probe,
                server,
                _ -> {
                    throw new IllegalStateException("not a call");
                });
    }

    /** Lets the server send these pieces, one character for each byte, and close. */
    static Talk of(Dialogue dialogue, String... pieces) {
        Talk talk = new Talk();
        Received received = new Received();
        Turn turn = dialogue.begin();
        int at = 0;
        while (talk.verdict.isEmpty()) {
            switch (turn) {
                case Turn.Say(var bytes) -> talk.said.writeBytes(bytes);
                case Turn.More() -> {
                    if (at < pieces.length) {
                        byte[] piece = pieces[at++].getBytes(StandardCharsets.ISO_8859_1);
                        received.add(piece, piece.length);
                    } else if (received.ended()) {
                        talk.verdict = SILENT;
                    } else {
                        received.end();
                    }
                }
                case Turn.Passed(var farewell) -> {
                    talk.said.writeBytes(farewell);
                    talk.verdict = PASSED;
                }
                case Turn.Failed(var why) -> talk.verdict = why;
            }
            turn = talk.verdict.isEmpty() ? dialogue.next(received) : turn;
        }
        return talk;
    }

    /** Byte by byte. */
    static Talk slowly(Dialogue dialogue, String bytes) {
        return of(dialogue, bytes.split(""));
    }

    String verdict() {
        return verdict;
    }

    /** Everything sent to the server. */
    String said() {
        return said.toString(StandardCharsets.ISO_8859_1);
    }

    String saidHex() {
        return HexFormat.of().formatHex(said.toByteArray());
    }

    /** Bytes in hexadecimal as text of one character each. */
    static String hex(String digits) {
        byte[] bytes = HexFormat.of().parseHex(digits.replace(" ", ""));
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
