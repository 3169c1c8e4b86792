package proa.node.exchange;

import proa.node.exchange.Exchange.Action.End;
import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Exchange.Action.Step;
import proa.node.exchange.Exchange.Event.Answered;
import proa.node.exchange.Exchange.Event.Asked;
import proa.node.exchange.Exchange.Event.Connected;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.record.Ending;

/**
 * The machine of one request after another on a client's connection: who is asked next, what is
 * tried again, who ends what. It knows no bytes, sockets or clocks: the carrier tells what happened
 * and does what comes back. One thread.
 *
 * <pre>
 *   READY      Asked               ─► CONNECTING  CONNECT
 *   CONNECTING Connected           ─► WAITING     SEND
 *              CONNECT_FAILED      ─► CONNECTING  CONNECT        while retries are left
 *                                  ─► OVER        Reply 503      else, and on NO_SERVER, LINE_FULL, NO_ROOM
 *              CLIENT_STALLED      ─► OVER        Reply 408      the choice waits for the body
 *   WAITING    Answered interim    ─► WAITING     PASS           (RFC 9110 §15.2)
 *              Answered 101        ─► TUNNEL      TUNNEL         if asked for (RFC 9110 §7.8)
 *              Answered            ─► RESPONDING  PASS
 *              SERVER_CLOSED       ─► CONNECTING  CONNECT_FRESH  once, reused connection (RFC 9112 §9.3.1)
 *                                  ─► CONNECTING  CONNECT        once, while retries are left (RFC 9110 §9.2.2)
 *                                  ─► OVER        Reply 502      else
 *              SERVER_STALLED      ─► OVER        Reply 504
 *              CLIENT_STALLED      ─► OVER        Reply 408
 *   RESPONDING RESPONSE_ENDED      ─► READY|OVER  End            READY if the head said so
 *              SERVER_CLOSED       ─► OVER        End            if that is how the body ends
 *                                  ─► OVER        ABORT          else, and on a reset, stall or refusal
 *   WAITING    SERVER_REFUSED      ─► CONNECTING  CONNECT_FRESH  while retries are left; Reply 503 else
 *   WAITING    SERVER_RESET        like SERVER_CLOSED
 *   TUNNEL     RESPONSE_ENDED      ─► TUNNEL      END_OUTPUT     while the client goes on (RFC 8441 §5)
 *                                  ─► OVER        End            else, and on SERVER_CLOSED
 *              SERVER_RESET        ─► OVER        ABORT
 *   any        CLIENT_CLOSED       ─► OVER        ABANDON
 * </pre>
 */
public final class Exchange {

    /** Where the current request is. */
    public enum Phase {
        READY,
        CONNECTING,
        WAITING,
        RESPONDING,
        TUNNEL,
        OVER
    }

    /** What happened. */
    public sealed interface Event {

        /**
         * A request is to be forwarded.
         *
         * @param whole its body has been received and is held with its head, so that it can be sent
         *     again
         * @param idempotent sending it twice has the effect of once
         * @param keepAlive the client keeps its connection
         * @param upgrade the client asks for another protocol
         * @param retries further servers that may be tried
         */
        record Asked(
                boolean whole, boolean idempotent, boolean keepAlive, boolean upgrade, int retries)
                implements Event {}

        /** A connection to the server is there; {@code reused}: it has carried requests before. */
        record Connected(boolean reused) implements Event {}

        /**
         * The head of a response is there.
         *
         * @param interim another one follows
         * @param keepAlive the server keeps its connection
         * @param untilClose the body ends with the connection
         */
        record Answered(int status, boolean interim, boolean keepAlive, boolean untilClose)
                implements Event {}

        /** The rest of the request cannot be passed on. */
        record RequestRefused(int status, String explanation) implements Event {}

        /** The response cannot be passed on. */
        record ResponseRefused(String explanation) implements Event {}

        /** Events that say everything by their name. */
        enum Signal implements Event {
            NO_SERVER,
            /** Every server has as much as it may, and as many wait as may. */
            LINE_FULL,
            /** No server had room for as long as one waits. */
            NO_ROOM,
            CONNECT_FAILED,
            REQUEST_ENDED,
            RESPONSE_ENDED,
            SERVER_CLOSED,
            /** Before it looked at the request (RFC 9113 §8.7). */
            SERVER_REFUSED,
            /** By a reset: nothing tells whether that was the end. */
            SERVER_RESET,
            SERVER_STALLED,
            CLIENT_STALLED,
            CLIENT_HALF_CLOSED,
            CLIENT_CLOSED,
            DRAIN
        }
    }

    /** What the carrier does about it. */
    public sealed interface Action {

        /** Actions without details. */
        enum Step implements Action {
            NOTHING,
            /**
             * Ask the destination for its next server, wait for one with room if need be, and
             * connect to it or reuse a connection.
             */
            CONNECT,
            /** Open a new connection to the same server. */
            CONNECT_FRESH,
            /** Send the request head and what has come of the body. */
            SEND,
            /** Pass the response head on. */
            PASS,
            /** Pass the response head on; from then on bytes go both ways. */
            TUNNEL,
            /** Nothing comes from the server behind what was passed on; the client goes on. */
            END_OUTPUT,
            /**
             * Reset the client's connection, so that half a response is not taken for a whole one;
             * close the server's.
             */
            ABORT,
            /** Close both connections. */
            ABANDON
        }

        /**
         * Close the server's connection, if any; answer the client; {@code keepClient}: then read
         * its next request.
         */
        record Reply(int status, String explanation, boolean keepClient) implements Action {}

        /** The response is complete. */
        record End(boolean keepServer, boolean keepClient) implements Action {}
    }

    private static final Connected REUSED = new Connected(true);
    private static final Connected FRESH = new Connected(false);
    private static final End KEEP_BOTH = new End(true, true);
    private static final End KEEP_CLIENT = new End(false, true);
    private static final End KEEP_SERVER = new End(true, false);
    private static final End KEEP_NONE = new End(false, false);

    private Phase phase = Phase.READY;
    private Ending ending = Ending.NORMAL;
    private boolean whole;
    private boolean idempotent;
    private boolean upgrade;
    private boolean clientKeeps;
    private boolean staysAfterThis;
    private boolean clientAskedClose;
    private boolean requestEnded;
    private boolean draining;
    private boolean reused;
    private boolean staleTried;
    private boolean unanswered;
    private boolean serverKeeps;
    private boolean untilClose;
    private boolean serverEnded;
    private int retries;

    /** The one event of that content. */
    public static Connected connected(boolean reused) {
        return reused ? REUSED : FRESH;
    }

    /** Where the current request is. */
    public Phase phase() {
        return phase;
    }

    /**
     * Whether the client's connection is kept after the response whose head was just answered: what
     * the client is told, and therefore what happens, whatever comes later.
     */
    public boolean keepsClient() {
        return staysAfterThis;
    }

    /** Whether the next response says that it is the last. */
    public boolean draining() {
        return draining;
    }

    /** Whether the client itself said that this was its last request. */
    public boolean clientAskedClose() {
        return clientAskedClose;
    }

    /** Whether the request has been received to its end. */
    public boolean requestEnded() {
        return requestEnded;
    }

    /** How the current request ended, or the last one when there is none. */
    public Ending ending() {
        return ending;
    }

    /** Takes one event. */
    public Action on(Event event) {
        Phase before = phase;
        Action action = next(event);
        if (event instanceof Asked) {
            ending = Ending.NORMAL;
        } else if (Endings.isFailure(action)) {
            ending = Endings.of(event, before);
        }
        return action;
    }

    private Action next(Event event) {
        return switch (event) {
            case Asked asked -> asked(asked);
            case Connected(boolean again) -> connectedNow(again);
            case Answered answered -> answered(answered);
            case RequestRefused(int status, String explanation) -> giveUp(status, explanation);
            case ResponseRefused(String explanation) -> giveUp(502, explanation);
            case Signal signal -> signal(signal);
        };
    }

    private Action signal(Signal signal) {
        return switch (signal) {
            case NO_SERVER -> unanswered ? unanswered() : giveUp(503, "no server is available");
            case LINE_FULL -> giveUp(503, "every server is busy and the queue is full");
            case NO_ROOM -> giveUp(503, "no server had room in time");
            case CONNECT_FAILED -> connectFailed();
            case REQUEST_ENDED -> requestEndedNow();
            case RESPONSE_ENDED -> phase == Phase.TUNNEL ? tunnelEnded() : responseEnded();
            case SERVER_CLOSED -> serverClosed();
            case SERVER_REFUSED -> phase == Phase.WAITING ? refused() : serverClosed();
            case SERVER_RESET -> serverReset();
            case SERVER_STALLED -> giveUp(504, "the server did not answer in time");
            case CLIENT_STALLED -> giveUp(408, "the request did not arrive in time");
            case CLIENT_HALF_CLOSED -> clientHalfClosed();
            case CLIENT_CLOSED -> over(Step.ABANDON);
            case DRAIN -> drain();
        };
    }

    private Action asked(Asked asked) {
        phase = Phase.CONNECTING;
        whole = asked.whole();
        requestEnded = asked.whole();
        idempotent = asked.idempotent();
        upgrade = asked.upgrade();
        clientKeeps = asked.keepAlive();
        clientAskedClose = !asked.keepAlive();
        retries = asked.retries();
        staleTried = false;
        unanswered = false;
        untilClose = false;
        staysAfterThis = false;
        return Step.CONNECT;
    }

    private Action connectedNow(boolean again) {
        reused = again;
        phase = Phase.WAITING;
        return Step.SEND;
    }

    private Action connectFailed() {
        if (retries == 0) {
            return unanswered ? unanswered() : giveUp(503, "no server could be reached");
        }
        retries--;
        return Step.CONNECT;
    }

    private Action answered(Answered answered) {
        if (answered.interim()) {
            return Step.PASS;
        }
        if (answered.status() == 101) {
            if (!upgrade) {
                return giveUp(502, "the server switched protocols unasked");
            }
            phase = Phase.TUNNEL;
            requestEnded = false;
            serverEnded = false;
            return Step.TUNNEL;
        }
        phase = Phase.RESPONDING;
        serverKeeps = answered.keepAlive();
        untilClose = answered.untilClose();
        // An upload that goes on behind its answer may never end: then no request can follow.
        staysAfterThis = clientKeeps && !draining && !untilClose && requestEnded;
        return Step.PASS;
    }

    private Action requestEndedNow() {
        requestEnded = true;
        return phase == Phase.TUNNEL && serverEnded ? tunnelOver() : Step.NOTHING;
    }

    private Action tunnelEnded() {
        serverEnded = true;
        return requestEnded ? tunnelOver() : Step.END_OUTPUT;
    }

    private Action tunnelOver() {
        phase = Phase.OVER;
        return KEEP_NONE;
    }

    /** A response may end before its request does; then neither connection can carry another. */
    private Action responseEnded() {
        boolean server = serverKeeps && requestEnded && !untilClose;
        boolean client = staysAfterThis;
        phase = client ? Phase.READY : Phase.OVER;
        if (server) {
            return client ? KEEP_BOTH : KEEP_SERVER;
        }
        return client ? KEEP_CLIENT : KEEP_NONE;
    }

    private Action serverClosed() {
        return switch (phase) {
            case CONNECTING -> connectFailed();
            case WAITING -> closedUnanswered();
            case RESPONDING -> untilClose ? responseEnded() : over(Step.ABORT);
            case TUNNEL -> tunnelOver();
            case READY, OVER -> Step.NOTHING;
        };
    }

    private Action serverReset() {
        return switch (phase) {
            case RESPONDING, TUNNEL -> over(Step.ABORT);
            case READY, CONNECTING, WAITING, OVER -> serverClosed();
        };
    }

    /**
     * An idle connection may be closed by the server just as it is taken again; that is nobody's
     * failure. A server that dies takes connections until its socket is gone: the request, if twice
     * is as good as once, goes to another one, but to one only, so that a request at which servers
     * die does not kill them all. It is sent three times at most.
     */
    private Action closedUnanswered() {
        if (!whole || !idempotent) {
            return unanswered();
        }
        if (reused && !staleTried) {
            staleTried = true;
            phase = Phase.CONNECTING;
            return Step.CONNECT_FRESH;
        }
        if (unanswered || retries == 0) {
            return unanswered();
        }
        unanswered = true;
        retries--;
        phase = Phase.CONNECTING;
        return Step.CONNECT;
    }

    /** Whatever the request is, it has had no effect; the same server may take it elsewhere. */
    private Action refused() {
        if (!whole || staleTried && retries == 0) {
            return giveUp(503, "the server refused the request");
        }
        if (staleTried) {
            retries--;
        }
        staleTried = true;
        phase = Phase.CONNECTING;
        return Step.CONNECT_FRESH;
    }

    private Action unanswered() {
        return giveUp(502, "the server closed the connection without an answer");
    }

    /** After the whole request the client may still read the answer. */
    private Action clientHalfClosed() {
        clientKeeps = false;
        staysAfterThis = false;
        boolean stays = phase == Phase.TUNNEL || (phase != Phase.READY && requestEnded);
        return stays ? Step.NOTHING : over(Step.ABANDON);
    }

    private Action drain() {
        draining = true;
        return Step.NOTHING;
    }

    private Action giveUp(int status, String explanation) {
        if (phase == Phase.RESPONDING) {
            return over(Step.ABORT);
        }
        boolean keeps = requestEnded && clientKeeps && !draining;
        phase = keeps ? Phase.READY : Phase.OVER;
        return new Reply(status, explanation, keeps);
    }

    private Action over(Step step) {
        phase = Phase.OVER;
        return step;
    }
}
