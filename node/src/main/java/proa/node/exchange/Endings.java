package proa.node.exchange;

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
import proa.node.record.Ending;

/** What an event that ended a request says about how it ended. */
final class Endings {

    private static final int ERRORS = 400;

    private Endings() {}

    /** Whether the request ends with this, and not by a server's whole answer. */
    static boolean isFailure(Action action) {
        return switch (action) {
            case Reply _ -> true;
            case Step step -> step == Step.ABORT || step == Step.ABANDON;
            case End _ -> false;
        };
    }

    /**
     * How it ended.
     *
     * @param at where the request was when that happened
     */
    static Ending of(Event event, Phase at) {
        return switch (event) {
            case Signal signal -> of(signal, at);
            case RequestRefused(int status, _) -> refused(status, at);
            case ResponseRefused _, Answered _ -> Ending.ANSWER_REFUSED;
            case Asked _, Connected _ -> Ending.NORMAL;
        };
    }

    private static Ending refused(int status, Phase at) {
        if (at == Phase.WAITING || at == Phase.RESPONDING) {
            return Ending.BODY_REFUSED;
        }
        return status < ERRORS ? Ending.LOCAL : Ending.REFUSED;
    }

    private static Ending of(Signal signal, Phase at) {
        boolean answering = at == Phase.RESPONDING;
        return switch (signal) {
            case NO_SERVER, CONNECT_FAILED -> Ending.NO_SERVER;
            case LINE_FULL -> Ending.LINE_FULL;
            case NO_ROOM -> Ending.LINE_SLOW;
            case SERVER_CLOSED, SERVER_RESET, SERVER_REFUSED -> serverLeft(at);
            case SERVER_STALLED -> answering ? Ending.SERVER_SLOW_DATA : Ending.SERVER_SLOW;
            case CLIENT_STALLED -> Ending.CLIENT_SLOW_DATA;
            case CLIENT_CLOSED, CLIENT_HALF_CLOSED -> left(at);
            case REQUEST_ENDED, RESPONSE_ENDED, DRAIN -> Ending.NORMAL;
        };
    }

    private static Ending serverLeft(Phase at) {
        return switch (at) {
            case CONNECTING -> Ending.NO_SERVER;
            case RESPONDING -> Ending.SERVER_LEFT_DATA;
            case READY, WAITING, TUNNEL, OVER -> Ending.SERVER_LEFT;
        };
    }

    private static Ending left(Phase at) {
        return switch (at) {
            case READY, OVER -> Ending.CLIENT_LEFT;
            case CONNECTING -> Ending.CLIENT_LEFT_CONNECTING;
            case WAITING -> Ending.CLIENT_LEFT_WAITING;
            case RESPONDING, TUNNEL -> Ending.CLIENT_LEFT_DATA;
        };
    }
}
