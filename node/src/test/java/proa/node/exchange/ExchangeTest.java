package proa.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.node.exchange.Exchange.Action;
import proa.node.exchange.Exchange.Action.End;
import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Exchange.Action.Step;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Answered;
import proa.node.exchange.Exchange.Event.Asked;
import proa.node.exchange.Exchange.Event.Connected;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Exchange.Phase;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Each arrow of the machine's diagram, then its invariants under random events. */
class ExchangeTest {

    private static final Asked GET = new Asked(true, true, true, false, 2);
    private static final Asked POST = new Asked(true, false, true, false, 2);
    private static final Asked UPLOAD = new Asked(false, true, true, false, 2);
    private static final Asked LAST = new Asked(true, true, false, false, 0);
    private static final Asked UPGRADE = new Asked(true, true, true, true, 0);
    private static final Asked ONCE = new Asked(true, true, true, false, 0);
    private static final Reply UNANSWERED =
            new Reply(502, "the server closed the connection without an answer", true);
    private static final Connected FRESH = Exchange.connected(false);
    private static final Connected REUSED = Exchange.connected(true);
    private static final Answered OK = new Answered(200, false, true, false);
    private static final Answered OK_CLOSE = new Answered(200, false, false, false);
    private static final Answered UNTIL_CLOSE = new Answered(200, false, true, true);
    private static final Answered CONTINUE = new Answered(100, true, true, false);
    private static final Answered SWITCH = new Answered(101, false, true, false);

    static Stream<Arguments> arrowsOfTunnels() {
        return Stream.of(
                arguments(List.of(UPGRADE, FRESH, SWITCH, Signal.RESPONSE_ENDED), Step.END_OUTPUT),
                arguments(
                        List.of(
                                UPGRADE,
                                FRESH,
                                SWITCH,
                                Signal.RESPONSE_ENDED,
                                Signal.REQUEST_ENDED),
                        new End(false, false)),
                arguments(
                        List.of(
                                UPGRADE,
                                FRESH,
                                SWITCH,
                                Signal.REQUEST_ENDED,
                                Signal.RESPONSE_ENDED),
                        new End(false, false)),
                arguments(
                        List.of(UPGRADE, FRESH, SWITCH, Signal.SERVER_CLOSED),
                        new End(false, false)),
                arguments(List.of(UPGRADE, FRESH, SWITCH, Signal.SERVER_RESET), Step.ABORT));
    }

    static Stream<Arguments> arrows() {
        return Stream.of(
                arguments(List.of(GET), Step.CONNECT),
                arguments(List.of(GET, FRESH), Step.SEND),
                arguments(List.of(GET, Signal.CONNECT_FAILED), Step.CONNECT),
                arguments(List.of(GET, Signal.CONNECT_FAILED, Signal.CONNECT_FAILED), Step.CONNECT),
                arguments(
                        List.of(
                                GET,
                                Signal.CONNECT_FAILED,
                                Signal.CONNECT_FAILED,
                                Signal.CONNECT_FAILED),
                        new Reply(503, "no server could be reached", true)),
                arguments(
                        List.of(LAST, Signal.NO_SERVER),
                        new Reply(503, "no server is available", false)),
                arguments(List.of(GET, FRESH, CONTINUE), Step.PASS),
                arguments(List.of(GET, FRESH, CONTINUE, OK), Step.PASS),
                arguments(List.of(UPGRADE, FRESH, SWITCH), Step.TUNNEL),
                arguments(
                        List.of(GET, FRESH, SWITCH),
                        new Reply(502, "the server switched protocols unasked", true)),
                arguments(List.of(GET, FRESH, OK, Signal.RESPONSE_ENDED), new End(true, true)),
                arguments(List.of(LAST, FRESH, OK, Signal.RESPONSE_ENDED), new End(true, false)),
                arguments(
                        List.of(GET, FRESH, OK_CLOSE, Signal.RESPONSE_ENDED), new End(false, true)),
                arguments(
                        List.of(GET, FRESH, UNTIL_CLOSE, Signal.SERVER_CLOSED),
                        new End(false, false)),
                arguments(List.of(UPLOAD, FRESH, OK, Signal.RESPONSE_ENDED), new End(false, false)),
                arguments(
                        List.of(UPLOAD, FRESH, OK, Signal.REQUEST_ENDED, Signal.RESPONSE_ENDED),
                        new End(true, false)),
                arguments(
                        List.of(UPLOAD, FRESH, Signal.REQUEST_ENDED, OK, Signal.RESPONSE_ENDED),
                        new End(true, true)),
                arguments(
                        List.of(GET, FRESH, OK, Signal.DRAIN, Signal.RESPONSE_ENDED),
                        new End(true, true)),
                arguments(
                        List.of(
                                GET,
                                FRESH,
                                OK,
                                Signal.DRAIN,
                                Signal.RESPONSE_ENDED,
                                GET,
                                FRESH,
                                OK,
                                Signal.RESPONSE_ENDED),
                        new End(true, false)),
                arguments(
                        List.of(GET, FRESH, OK, Signal.CLIENT_HALF_CLOSED, Signal.RESPONSE_ENDED),
                        new End(true, false)),
                arguments(
                        List.of(GET, Signal.DRAIN, FRESH, OK, Signal.RESPONSE_ENDED),
                        new End(true, false)));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(List.of(POST, FRESH, Signal.SERVER_REFUSED), Step.CONNECT_FRESH),
                arguments(
                        List.of(UPLOAD, FRESH, Signal.SERVER_REFUSED),
                        new Reply(503, "the server refused the request", false)),
                arguments(
                        List.of(ONCE, FRESH, Signal.SERVER_REFUSED, FRESH, Signal.SERVER_REFUSED),
                        new Reply(503, "the server refused the request", true)),
                arguments(List.of(GET, FRESH, OK, Signal.SERVER_REFUSED), Step.ABORT));
    }

    static Stream<Arguments> trouble() {
        return Stream.of(
                arguments(List.of(GET, REUSED, Signal.SERVER_CLOSED), Step.CONNECT_FRESH),
                arguments(List.of(GET, REUSED, Signal.SERVER_CLOSED, FRESH), Step.SEND),
                arguments(
                        List.of(GET, REUSED, Signal.SERVER_CLOSED, FRESH, Signal.SERVER_CLOSED),
                        Step.CONNECT),
                arguments(List.of(GET, FRESH, Signal.SERVER_CLOSED), Step.CONNECT),
                arguments(
                        List.of(GET, FRESH, Signal.SERVER_CLOSED, REUSED, Signal.SERVER_RESET),
                        Step.CONNECT_FRESH),
                arguments(
                        List.of(GET, FRESH, Signal.SERVER_CLOSED, FRESH, Signal.SERVER_CLOSED),
                        UNANSWERED),
                arguments(List.of(GET, FRESH, Signal.SERVER_CLOSED, Signal.NO_SERVER), UNANSWERED),
                arguments(
                        List.of(
                                GET,
                                FRESH,
                                Signal.SERVER_CLOSED,
                                Signal.CONNECT_FAILED,
                                Signal.CONNECT_FAILED),
                        UNANSWERED),
                arguments(List.of(ONCE, FRESH, Signal.SERVER_CLOSED), UNANSWERED),
                arguments(List.of(POST, FRESH, Signal.SERVER_CLOSED), UNANSWERED),
                arguments(List.of(POST, REUSED, Signal.SERVER_CLOSED), UNANSWERED),
                arguments(
                        List.of(UPLOAD, REUSED, Signal.SERVER_CLOSED),
                        new Reply(
                                502, "the server closed the connection without an answer", false)),
                arguments(
                        List.of(GET, Signal.LINE_FULL),
                        new Reply(503, "every server is busy and the queue is full", true)),
                arguments(
                        List.of(GET, Signal.NO_ROOM),
                        new Reply(503, "no server had room in time", true)),
                arguments(List.of(GET, FRESH, OK, Signal.SERVER_CLOSED), Step.ABORT),
                arguments(List.of(GET, FRESH, OK, Signal.SERVER_STALLED), Step.ABORT),
                arguments(List.of(GET, FRESH, UNTIL_CLOSE, Signal.SERVER_RESET), Step.ABORT),
                arguments(List.of(GET, REUSED, Signal.SERVER_RESET), Step.CONNECT_FRESH),
                arguments(List.of(POST, REUSED, Signal.SERVER_RESET), UNANSWERED),
                arguments(List.of(GET, FRESH, OK, new ResponseRefused("x")), Step.ABORT),
                arguments(
                        List.of(GET, FRESH, Signal.SERVER_STALLED),
                        new Reply(504, "the server did not answer in time", true)),
                arguments(
                        List.of(UPLOAD, FRESH, Signal.CLIENT_STALLED),
                        new Reply(408, "the request did not arrive in time", false)),
                arguments(List.of(GET, FRESH, new ResponseRefused("x")), new Reply(502, "x", true)),
                arguments(
                        List.of(UPLOAD, FRESH, new RequestRefused(400, "x")),
                        new Reply(400, "x", false)),
                arguments(List.of(GET, FRESH, Signal.CLIENT_HALF_CLOSED), Step.NOTHING),
                arguments(List.of(UPLOAD, FRESH, Signal.CLIENT_HALF_CLOSED), Step.ABANDON),
                arguments(List.of(Signal.CLIENT_CLOSED), Step.ABANDON),
                arguments(List.of(GET, Signal.CLIENT_CLOSED), Step.ABANDON));
    }

    @ParameterizedTest
    @MethodSource({"arrows", "trouble", "refusals"})
    void theLastEventHasThisEffect(List<Event> events, Action expected) {
        Exchange exchange = new Exchange();
        Action last = Step.NOTHING;
        for (Event event : events) {
            last = exchange.on(event);
        }
        assertThat(last).isEqualTo(expected);
    }

    @Test
    void oneRequestLeavesNothingBehindForTheNext() {
        Exchange exchange = new Exchange();
        for (Event event : List.of(GET, REUSED, Signal.SERVER_CLOSED, FRESH, UNTIL_CLOSE)) {
            exchange.on(event);
        }
        exchange.on(Signal.SERVER_CLOSED);
        exchange.on(GET);
        assertThat(exchange.on(REUSED)).isEqualTo(Step.SEND);
        assertThat(exchange.on(Signal.SERVER_CLOSED)).isEqualTo(Step.CONNECT_FRESH);
        exchange.on(FRESH);
        exchange.on(OK);
        assertThat(exchange.on(Signal.RESPONSE_ENDED)).isEqualTo(new End(true, true));
    }

    /**
     * A client gets at most one final answer to each request, and no request is sent more than
     * three times, or more than once if that could have an effect of its own.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noRequestIsAnsweredTwiceOrSentTooOften(long seed) {
        Random random = new Random(seed);
        List<Event> connecting = List.of(FRESH, REUSED, Signal.CONNECT_FAILED, Signal.NO_SERVER);
        List<Event> later =
                List.of(
                        CONTINUE,
                        OK,
                        OK_CLOSE,
                        UNTIL_CLOSE,
                        Signal.SERVER_CLOSED,
                        Signal.SERVER_RESET,
                        Signal.SERVER_STALLED,
                        Signal.REQUEST_ENDED,
                        Signal.DRAIN,
                        new ResponseRefused("x"));
        List<Asked> requests = List.of(GET, POST, UPLOAD, LAST);
        for (int round = 0; round < 5_000; round++) {
            Exchange exchange = new Exchange();
            Asked asked = requests.get(random.nextInt(requests.size()));
            exchange.on(asked);
            int answers = 0;
            int sent = 0;
            while (exchange.phase() != Phase.READY && exchange.phase() != Phase.OVER) {
                List<Event> likely = exchange.phase() == Phase.CONNECTING ? connecting : later;
                Event event = likely.get(random.nextInt(likely.size()));
                boolean again = event instanceof Answered && exchange.phase() == Phase.RESPONDING;
                if (again) {
                    event = Signal.RESPONSE_ENDED;
                }
                Action action = exchange.on(event);
                answers += action instanceof Reply ? 1 : 0;
                answers +=
                        action == Step.PASS
                                        && event instanceof Answered(_, boolean interim, _, _)
                                        && !interim
                                ? 1
                                : 0;
                sent += action == Step.SEND ? 1 : 0;
            }
            assertThat(answers).as("seed %d", seed).isLessThanOrEqualTo(1);
            assertThat(sent).as("seed %d", seed).isLessThanOrEqualTo(mostSendings(asked));
        }
    }

    private static int mostSendings(Asked asked) {
        if (!asked.idempotent() || !asked.whole()) {
            return 1;
        }
        return asked.retries() == 0 ? 2 : 3;
    }
}
