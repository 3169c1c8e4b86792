package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.node.protocol.Corpus;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever a server answers, the client gets one message or a 502, and what is left over reaches
 * nobody: the next request gets its own answer. The cases are in {@code responses.corpus}.
 */
class ResponseCorpusTest {

    private static ScriptedServer server;
    private static DataPath path;
    private static volatile Corpus.Case current;
    private static volatile int answeredBy;
    private static int fences;

    @BeforeAll
    static void start() throws Exception {
        server = new ScriptedServer(ResponseCorpusTest::serve);
        path = DataPath.http(server);
    }

    @AfterAll
    static void stop() throws Exception {
        path.close();
        server.close();
    }

    private static void serve(ScriptedServer.Peer peer) throws IOException {
        for (String head = Wire.head(peer.in); head != null; head = Wire.head(peer.in)) {
            Corpus.Case each = current;
            if (head.contains(" /fence")) {
                String text = head.split(" ")[1] + " " + peer.number;
                peer.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
            } else {
                answeredBy = peer.number;
                peer.send(each.bytes());
                if (each.one("then").equals("close")) {
                    return;
                }
            }
        }
    }

    static List<Corpus.Case> cases() throws Exception {
        return Corpus.read(ResponseCorpusTest.class, "responses.corpus");
    }

    @Test
    void everyCaseNamesItsSection() throws Exception {
        assertThat(cases())
                .hasSizeGreaterThan(100)
                .allSatisfy(each -> assertThat(each.one("rfc")).matches("[0-9]{4} §[0-9.].*"))
                .allSatisfy(each -> assertThat(each.one("reuse")).matches("yes|no"))
                .extracting(Corpus.Case::toString)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void becomesOneAnswerOrNoneAndNothingIsLeftBehind(Corpus.Case each) throws Exception {
        current = each;
        String what = each + ", line " + each.line();
        try (DataPath.Client client = path.client()) {
            client.send(ask(each.one("ask")));
            List<String> expected = statuses(each.one("answers"));
            for (int at = 0; at < expected.size() - 1; at++) {
                assertThat(status(Wire.response(client.in, false)))
                        .as("%s, answer %d", what, at)
                        .isEqualTo(expected.get(at));
            }
            last(each, client, expected.getLast(), what);
        }
        String fence = "/fence-" + fences++;
        try (DataPath.Client other = path.client()) {
            String text = other.ask("GET " + fence + " HTTP/1.1\r\nHost: a\r\n\r\n").text();
            assertThat(text).as("the answer to another client").startsWith(fence + " ");
            boolean reused = text.equals(fence + " " + answeredBy);
            assertThat(reused).as("%s: reused", what).isEqualTo(each.one("reuse").equals("yes"));
        }
    }

    private static void last(Corpus.Case each, DataPath.Client client, String status, String what)
            throws IOException {
        boolean toHead = each.one("ask").equals("HEAD");
        if (!each.all("cut").isEmpty()) {
            assertThat(cut(client)).as("%s: cut", what).isTrue();
            return;
        }
        Wire.Message answer = Wire.response(client.in, toHead);
        assertThat(status(answer)).as(what).isEqualTo(status);
        if (status.equals("502") && !toHead) {
            assertThat(answer.text()).startsWith("Proa: ");
        }
        for (String text : each.all("body")) {
            assertThat(answer.text()).as(what).isEqualTo(text);
        }
        for (String name : names(each, "lacks")) {
            assertThat(answer.has(name)).as("%s: %s", what, name).isFalse();
        }
        for (String name : names(each, "has")) {
            assertThat(answer.has(name)).as("%s: %s", what, name).isTrue();
        }
        client.socket.shutdownOutput();
        assertThat(client.ended()).as("%s: nothing more, and the end", what).isTrue();
    }

    /** Whether the answer breaks off, in a way that nobody takes for its end. */
    private static boolean cut(DataPath.Client client) {
        try {
            Wire.response(client.in, false);
            return false;
        } catch (EOFException whole) {
            return !whole.getMessage().equals("no response");
        } catch (IOException _) {
            return true;
        }
    }

    private static List<String> names(Corpus.Case each, String word) {
        return each.all(word).stream().flatMap(line -> List.of(line.split(", ")).stream()).toList();
    }

    private static String status(Wire.Message answer) {
        return Integer.toString(answer.status());
    }

    private static List<String> statuses(String answers) {
        List<String> statuses = new ArrayList<>();
        for (String word : answers.split(" ")) {
            String[] times = (word + "*1").split("\\*");
            for (int count = Integer.parseInt(times[1]); count > 0; count--) {
                statuses.add(times[0]);
            }
        }
        return statuses;
    }

    private static String ask(String ask) {
        String method = ask.isEmpty() ? "GET" : ask;
        return method.contains(" ")
                ? Corpus.unescaped(ask)
                : method + " /case HTTP/1.1\r\nHost: a\r\n\r\n";
    }
}
