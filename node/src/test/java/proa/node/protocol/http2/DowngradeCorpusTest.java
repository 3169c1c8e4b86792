package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.END_HEADERS;
import static proa.node.protocol.http2.H2Client.END_STREAM;
import static proa.node.protocol.http2.H2Client.HEADERS;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.node.http2.ErrorCode;
import proa.node.protocol.Corpus;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.StrictServer;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.H2Client.Response;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What HTTP/1.1 would read otherwise than HTTP/2 is refused, and no server sees a byte of it; what
 * is clear passes, and is the same request to the server. The cases are in {@code
 * downgrade.corpus}.
 */
class DowngradeCorpusTest {

    private static final String[] PSEUDO = {
        ":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "a"
    };

    private static StrictServer server;
    private static RuledPath path;
    private static int fences;

    @BeforeAll
    static void start() throws Exception {
        server = new StrictServer();
        path = RuledPath.http(Http2ForwardingTest.BOTH, server.socket());
    }

    @AfterAll
    static void stop() throws Exception {
        path.close();
        server.close();
    }

    static List<Corpus.Case> cases() throws Exception {
        return Corpus.read(DowngradeCorpusTest.class, "downgrade.corpus");
    }

    @Test
    void theCorpusIsLargeAndEveryCaseNamesItsSection() throws Exception {
        assertThat(cases())
                .hasSizeGreaterThan(150)
                .allSatisfy(each -> assertThat(each.one("rfc")).matches("[0-9]{4} §[0-9.]+"))
                .allSatisfy(each -> assertThat(each.all("answers")).hasSize(1))
                .extracting(Corpus.Case::toString)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void getsItsAnswerAndTheServerSeesExactlyWhatItMay(Corpus.Case each) throws Exception {
        if (each.all("begun").isEmpty()) {
            play(each, server, path);
        } else {
            try (StrictServer own = new StrictServer(); // it may read the rest late
                    RuledPath toOwn = RuledPath.http(Http2ForwardingTest.BOTH, own.socket())) {
                play(each, own, toOwn);
            }
        }
    }

    private static void play(Corpus.Case each, StrictServer server, RuledPath path)
            throws Exception {
        int before = server.seen.size();
        long received = server.received();
        try (H2Client client = H2Client.greeting(path.port())) {
            client.raw(frames(each));
            assertThat(verdict(client.response(1))).isEqualTo(each.one("answers"));
        }
        String fence = "GET /fence-" + fences++;
        try (DataPath.Client other = path.client()) {
            Wire.Message own = other.ask(fence + " HTTP/1.1\r\nHost: fence\r\n\r\n");
            assertThat(own.text()).as("the answer to another client").isEqualTo(fence + " \"\"");
        }
        assertThat(server.violations).isEmpty();
        List<StrictServer.Seen> seen = List.copyOf(server.seen.subList(before, server.seen.size()));
        List<String> allowed = new ArrayList<>(each.all("server"));
        allowed.add(fence + " \"\"");
        assertThat(seen)
                .extracting(StrictServer.Seen::text)
                .as("line %d", each.line())
                .filteredOn(text -> !each.all("may").contains(text))
                .isEqualTo(allowed);
        if (each.all("server").isEmpty() && each.all("begun").isEmpty()) {
            assertThat(server.received() - received - seen.getLast().head().length())
                    .as("bytes the server saw of it")
                    .isZero();
        }
    }

    private static String verdict(Response response) {
        if (response.reset() < 0) {
            return String.valueOf(response.status());
        }
        assertThat(ErrorCode.of(response.reset())).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        return "reset";
    }

    /** All of the request in one piece. */
    private static byte[] frames(Corpus.Case each) {
        List<String> fields = new ArrayList<>();
        if (!each.one("begin").equals("none")) {
            fields.addAll(List.of(PSEUDO));
            fields.set(1, each.one("begin").isEmpty() ? "GET" : each.one("begin"));
        }
        fields.addAll(pairs(each.all("field")));
        List<String> data = each.all("data");
        List<String> trailers = pairs(each.all("trailer"));
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(head(fields, data.isEmpty() && trailers.isEmpty()));
        for (int at = 0; at < data.size(); at++) {
            boolean end = at == data.size() - 1 && trailers.isEmpty();
            byte[] bytes = Wire.bytes(Corpus.unescaped(data.get(at)));
            frames.writeBytes(H2Client.bytes(H2Client.DATA, end ? END_STREAM : 0, 1, bytes));
        }
        if (!trailers.isEmpty()) {
            frames.writeBytes(head(trailers, true));
        }
        return frames.toByteArray();
    }

    private static byte[] head(List<String> fields, boolean end) {
        byte[] block = H2Client.block(fields.toArray(String[]::new));
        return H2Client.bytes(HEADERS, END_HEADERS | (end ? END_STREAM : 0), 1, block);
    }

    /** Names and values in turn; a line has a name, an equals sign and a value. */
    private static List<String> pairs(List<String> lines) {
        List<String> pairs = new ArrayList<>();
        for (String line : lines) {
            String[] parts = line.split("=", 2);
            pairs.add(Corpus.unescaped(parts[0]));
            pairs.add(Corpus.unescaped(parts[1]));
        }
        return pairs;
    }
}
