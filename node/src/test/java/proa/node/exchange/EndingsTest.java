package proa.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Answered;
import proa.node.exchange.Exchange.Event.Asked;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;

/** How each request ended, in the two letters of HAProxy's logs. */
class EndingsTest {

    private static final Event ASKED = new Asked(true, false, true, false, 0);
    private static final Event CONNECTED = Exchange.connected(false);
    private static final Event ANSWERED = new Answered(200, false, true, false);

    private static String code(Event... events) {
        Exchange exchange = new Exchange();
        for (Event event : events) {
            exchange.on(event);
        }
        return exchange.ending().code();
    }

    @Test
    void a_whole_answer_is_normal_whatever_was_before() {
        assertThat(code(ASKED, CONNECTED, ANSWERED, Signal.RESPONSE_ENDED)).isEqualTo("--");
        assertThat(code(ASKED, Signal.NO_SERVER, ASKED, CONNECTED, ANSWERED)).isEqualTo("--");
    }

    @Test
    void what_is_answered_here_is_local_or_refused() {
        assertThat(code(ASKED, new RequestRefused(302, ""))).isEqualTo("LR");
        assertThat(code(ASKED, new RequestRefused(403, ""))).isEqualTo("PR");
        assertThat(code(ASKED, CONNECTED, new RequestRefused(413, ""))).isEqualTo("PD");
    }

    @Test
    void without_a_server_the_letters_say_why() {
        assertThat(code(ASKED, Signal.NO_SERVER)).isEqualTo("SC");
        assertThat(code(ASKED, Signal.CONNECT_FAILED)).isEqualTo("SC");
        assertThat(code(ASKED, Signal.SERVER_CLOSED)).isEqualTo("SC");
        assertThat(code(ASKED, Signal.LINE_FULL)).isEqualTo("RQ");
        assertThat(code(ASKED, Signal.NO_ROOM)).isEqualTo("sQ");
    }

    @Test
    void a_server_that_fails_is_told_from_a_slow_one() {
        assertThat(code(ASKED, CONNECTED, Signal.SERVER_CLOSED)).isEqualTo("SH");
        assertThat(code(ASKED, CONNECTED, Signal.SERVER_STALLED)).isEqualTo("sH");
        assertThat(code(ASKED, CONNECTED, new ResponseRefused(""))).isEqualTo("PH");
        assertThat(code(ASKED, CONNECTED, ANSWERED, Signal.SERVER_RESET)).isEqualTo("SD");
        assertThat(code(ASKED, CONNECTED, ANSWERED, Signal.SERVER_STALLED)).isEqualTo("sD");
    }

    @Test
    void a_client_that_leaves_leaves_where_it_was() {
        assertThat(code(ASKED, Signal.CLIENT_CLOSED)).isEqualTo("CC");
        assertThat(code(ASKED, CONNECTED, Signal.CLIENT_CLOSED)).isEqualTo("CH");
        assertThat(code(ASKED, CONNECTED, ANSWERED, Signal.CLIENT_CLOSED)).isEqualTo("CD");
        assertThat(code(ASKED, CONNECTED, Signal.CLIENT_STALLED)).isEqualTo("cD");
    }
}
