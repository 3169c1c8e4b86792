package proa.node.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Where the network cuts a message must not matter: every prefix first, then the whole, gives what
 * the whole gives.
 */
class HeadSplitTest {

    private static final HeadLimits LIMITS = new HeadLimits(120, 400, 12);

    private static final String[] PIECES = {
        "GET ",
        "POST ",
        "HEAD ",
        "OPTIONS ",
        "/",
        "/a?b",
        "*",
        "http://a/x",
        "http://a",
        " HTTP/1.1",
        " HTTP/1.0",
        " HTTP/1.2",
        " HTTP/2.0",
        "PRI ",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 204",
        "\r\n",
        "\r\n",
        "\r\n",
        "\r\n\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        ":",
        "Host: a",
        "Host:",
        "host: b:80",
        "Content-Length: 5",
        "Content-Length: 5, 5",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: x",
        "Connection: close",
        "Connection: X, keep-alive",
        "Connection: Host",
        "X: y",
        "Cookie: a=b; c=d",
        "Upgrade: h2c",
        "Connection: upgrade",
        "\u0000",
        "\u007f",
        "\u00e9",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void requestsCutAnywhereAreReadAlike(long seed) {
        Random random = new Random(seed);
        int whole = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] bytes = random.nextInt(3) == 0 ? junk(random) : mutated(random, likely(random));
            RequestHead head = new RequestHead();
            Parsed at = head.parse(bytes, 0, bytes.length, LIMITS);
            int end = at == Parsed.Progress.WHOLE ? head.end() : -1;
            whole += end > 0 ? 1 : 0;
            RequestHead piecewise = new RequestHead();
            Parsed last = Parsed.Progress.PARTIAL;
            int to = 0;
            while (last == Parsed.Progress.PARTIAL && to < bytes.length) {
                to++;
                last = piecewise.parse(Arrays.copyOf(bytes, to), 0, to, LIMITS);
            }
            assertThat(last).as("seed %d: %s", seed, text(bytes)).isEqualTo(at);
            if (end > 0) {
                assertThat(piecewise.end()).isEqualTo(end);
                assertThat(piecewise.body()).isEqualTo(head.body());
                assertThat(piecewise.keepsAlive()).isEqualTo(head.keepsAlive());
            }
        }
        assertThat(whole).as("heads that were whole").isGreaterThan(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void responsesCutAnywhereAreReadAlike(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 4_000; round++) {
            byte[] bytes =
                    mutated(
                            random,
                            "HTTP/1."
                                    + random.nextInt(2)
                                    + " "
                                    + (100 + random.nextInt(500))
                                    + " OK\r\n"
                                    + fields(random));
            ResponseHead head = new ResponseHead();
            Parsed at = head.parse(bytes, 0, bytes.length, LIMITS);
            ResponseHead piecewise = new ResponseHead();
            Parsed last = Parsed.Progress.PARTIAL;
            int to = 0;
            while (last == Parsed.Progress.PARTIAL && to < bytes.length) {
                to++;
                last = piecewise.parse(Arrays.copyOf(bytes, to), 0, to, LIMITS);
            }
            assertThat(last).as("seed %d: %s", seed, text(bytes)).isEqualTo(at);
            if (at == Parsed.Progress.WHOLE) {
                assertThat(piecewise.end()).isEqualTo(head.end());
                assertThat(piecewise.body(false)).isEqualTo(head.body(false));
            }
        }
    }

    /** What goes out is read again as the same message: no edit makes two readings of one. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void whatIsForwardedReadsAsWhatWasReceived(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] peer = "X-Forwarded-For: 192.0.2.1\r\n".getBytes(StandardCharsets.US_ASCII);
        Edits edits =
                new Edits(
                        List.of(
                                new FieldEdit.Set("X-New", "1"),
                                new FieldEdit.Remove("Accept"),
                                new FieldEdit.Replace("Cookie", value -> value + "!")),
                        List.of(),
                        null);
        HeadBuffer out = new HeadBuffer();
        int compared = 0;
        for (int round = 0; round < 8_000; round++) {
            byte[] bytes = mutated(random, likely(random));
            RequestHead head = new RequestHead();
            if (head.parse(bytes, 0, bytes.length, LIMITS) != Parsed.Progress.WHOLE) {
                continue;
            }
            if (round % 2 == 0) {
                RequestEditor.write(head, peer, "a", out);
            } else {
                RequestEditor.write(head, peer, "a", edits, out);
            }
            RequestHead again = new RequestHead();
            Parsed parsed = again.parse(out.bytes(), 0, out.length(), new HeadLimits(500, 900, 20));
            assertThat(parsed)
                    .as("seed %d: %s", seed, text(bytes))
                    .isEqualTo(Parsed.Progress.WHOLE);
            assertThat(again.end()).isEqualTo(out.length());
            assertThat(again.body()).isEqualTo(head.body());
            assertThat(again.bodyLength()).isEqualTo(head.bodyLength());
            if (!head.methodIs("OPTIONS")) {
                assertThat(again.path()).isEqualTo(head.path());
            }
            assertThat(again.method()).isEqualTo(head.method());
            assertThat(again.host()).isEqualTo(head.host());
            assertThat(again.cookie("a")).isNull();
            assertThat(again.header("X-Forwarded-For")).isEqualTo("192.0.2.1");
            compared++;
        }
        assertThat(compared).isGreaterThan(500);
    }

    private static String likely(Random random) {
        String method = PIECES[random.nextInt(4)];
        String target = PIECES[4 + random.nextInt(5)];
        return method
                + target
                + " HTTP/1."
                + (random.nextInt(4) == 0 ? 0 : 1)
                + "\r\nHost: a\r\n"
                + fields(random);
    }

    private static String fields(Random random) {
        StringBuilder fields = new StringBuilder();
        for (int count = random.nextInt(4); count > 0; count--) {
            fields.append(PIECES[28 + random.nextInt(11)]).append("\r\n");
        }
        return fields + "\r\n" + (random.nextBoolean() ? "rest" : "");
    }

    private static byte[] junk(Random random) {
        StringBuilder junk = new StringBuilder();
        for (int count = 1 + random.nextInt(12); count > 0; count--) {
            junk.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return junk.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Mostly as it was; else a piece put in or a byte changed. */
    private static byte[] mutated(Random random, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        switch (random.nextInt(4)) {
            case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            case 1 -> {
                int at = random.nextInt(text.length());
                String put = PIECES[random.nextInt(PIECES.length)];
                return (text.substring(0, at) + put + text.substring(at))
                        .getBytes(StandardCharsets.ISO_8859_1);
            }
            default -> {}
        }
        return bytes;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
