package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.node.Await;
import proa.node.protocol.Corpus;
import proa.node.protocol.DataPath;
import proa.node.protocol.StrictServer;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever two readers could take in two ways is refused, and no server sees a byte of it; what is
 * clear passes, and is the same request to the server. The cases are in {@code requests.corpus}.
 */
class RequestCorpusTest {

    /** Longer ones are not sent byte by byte: those are about size. */
    private static final int PIECEWISE_BYTES_MAX = 2_000;

    private static StrictServer server;
    private static DataPath path;
    private static int fences;

    @BeforeAll
    static void start() throws Exception {
        server = new StrictServer();
        path = DataPath.http(server.socket());
    }

    @AfterAll
    static void stop() throws Exception {
        path.close();
        server.close();
    }

    static List<Corpus.Case> cases() throws Exception {
        return Corpus.read(RequestCorpusTest.class, "requests.corpus");
    }

    static List<Corpus.Case> shortCases() throws Exception {
        return cases().stream()
                .filter(each -> each.bytes().length() <= PIECEWISE_BYTES_MAX)
                .toList();
    }

    @Test
    void theCorpusIsLargeAndEveryCaseNamesItsSection() throws Exception {
        List<Corpus.Case> cases = cases();
        assertThat(cases).hasSizeGreaterThan(500).doesNotHaveDuplicates();
        assertThat(cases).extracting(Corpus.Case::toString).doesNotHaveDuplicates();
        assertThat(cases)
                .allSatisfy(each -> assertThat(each.one("rfc")).matches("[0-9]{4} §[0-9.].*"))
                .allSatisfy(each -> assertThat(each.bytes()).isNotEmpty())
                .allSatisfy(each -> assertThat(each.all("answers")).hasSize(1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void getsItsAnswersAndTheServerSeesExactlyWhatItMay(Corpus.Case each) throws Exception {
        long received = server.received();
        List<StrictServer.Seen> seen = play(each, false);
        boolean nothing = each.all("server").isEmpty() && each.all("begun").isEmpty();
        if (nothing && !each.one("answers").equals("nothing")) {
            long fence = seen.getLast().head().length();
            assertThat(server.received() - received - fence)
                    .as("bytes the server saw of it")
                    .isZero();
        }
    }

    /** Where the network cuts a request must not matter. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("shortCases")
    void getsTheSameByteByByte(Corpus.Case each) throws Exception {
        play(each, true);
    }

    /** Plays one case and, behind it, a request that tells whether anything was left behind. */
    private static List<StrictServer.Seen> play(Corpus.Case each, boolean piecewise)
            throws Exception {
        int before = server.seen.size();
        try (DataPath.Client client = path.client()) {
            answers(each, client, piecewise);
        }
        String fence = "GET /fence-" + fences++;
        try (DataPath.Client other = path.client()) {
            Wire.Message own = other.ask(fence + " HTTP/1.1\r\nHost: fence\r\n\r\n");
            assertThat(own.text()).as("the answer to another client").isEqualTo(fence + " \"\"");
        }
        List<StrictServer.Seen> seen = List.copyOf(server.seen.subList(before, server.seen.size()));
        assertThat(server.violations).isEmpty();
        List<String> allowed = new ArrayList<>(each.all("server"));
        allowed.add(fence + " \"\"");
        assertThat(seen)
                .extracting(StrictServer.Seen::text)
                .as("%s, line %d", each, each.line())
                .isEqualTo(allowed);
        for (String header : each.one("lacks").split(", ")) {
            assertThat(seen.getFirst().has(header)).as(header).isFalse();
        }
        return seen;
    }

    private static void answers(Corpus.Case each, DataPath.Client client, boolean piecewise)
            throws IOException {
        send(client, each.bytes(), piecewise);
        List<String> expected =
                each.one("answers").equals("nothing")
                        ? List.of()
                        : List.of(each.one("answers").split(" "));
        List<String> got = new ArrayList<>();
        int finals = 0;
        while (got.size() < expected.size()) {
            boolean toHead =
                    finals < each.all("server").size()
                            && each.all("server").get(finals).startsWith("HEAD ");
            Wire.Message answer = Wire.response(client.in, toHead);
            got.add(Integer.toString(answer.status()));
            finals += answer.status() < 200 ? 0 : 1;
            if (answer.status() >= 400) {
                assertThat(answer.text()).startsWith("Proa: ");
                assertThat(answer.field("Connection")).isEqualTo("close");
            }
        }
        assertThat(got).as("%s, line %d", each, each.line()).isEqualTo(expected);
        boolean refused = got.stream().anyMatch(status -> status.charAt(0) >= '4');
        if (!refused) {
            client.socket.shutdownOutput();
        }
        assertThat(client.ended()).as("nothing more, and the end").isTrue();
    }

    private static void send(DataPath.Client client, String bytes, boolean piecewise)
            throws IOException {
        if (!piecewise) {
            client.send(bytes);
            return;
        }
        try {
            for (int at = 0; at < bytes.length(); at++) {
                client.send(bytes.substring(at, at + 1));
            }
        } catch (IOException _) {
            // Refused before the end, which the answer tells.
        }
    }

    /**
     * A server that leaves the body of a GET unread takes it for its next request. Its answer to
     * that must reach nobody, so the connection carries nothing behind such a request.
     */
    @Test
    void nothingFollowsABodyThatAServerMayLeaveUnread() throws Exception {
        int before = server.seen.size();
        String body = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        try (DataPath.Client client = path.client()) {
            client.ask(
                    "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            int closed = server.socket().closed.get();
            client.ask("GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
            client.ask("PUT /z HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nz");
            client.ask("GET /z HTTP/1.1\r\nHost: a\r\n\r\n");
            Await.until(
                    "the first connection closes", () -> server.socket().closed.get() > closed - 1);
        }
        List<StrictServer.Seen> seen = server.seen.subList(before, server.seen.size());
        assertThat(seen).hasSize(4);
        assertThat(seen.get(1).connection()).isNotEqualTo(seen.getFirst().connection());
        assertThat(seen.get(2).connection()).isEqualTo(seen.get(1).connection());
        assertThat(seen.get(3).connection()).isEqualTo(seen.get(1).connection());
    }
}
