package proa.cluster.sessions;

import org.jspecify.annotations.Nullable;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

/**
 * What the owner answers to a {@link SessionChange}.
 *
 * @param outcome how it ended
 * @param seenTime the clock of what was there, so that the writer's next stamp is later; 0: nothing
 * @param before the value that was alive before, when it was asked for and there was one
 * @param answer of an edit that was done
 * @param expiresAtMillis of what is there after an edit that was done
 */
public record SessionReply(
        SessionChange.Outcome outcome,
        long seenTime,
        byte @Nullable [] before,
        long answer,
        long expiresAtMillis) {

    private static final int MAGIC = 0x5052_5352; // PRSR
    private static final int VERSION = 1;
    private static final int SEEN_TIME = 1;
    private static final int BEFORE = 2;
    private static final int DONE = 1;
    private static final int REFUSED = 2;
    private static final int ANSWER = 3;
    private static final int EXPIRES_AT = 4;
    private static final int STALE = 3;
    private static final int WRONG_TYPE = 4;
    private static final int NOT_A_NUMBER = 5;
    private static final int OVERFLOW = 6;
    private static final int TOO_LARGE = 7;

    /** The answer to a change that gives none of its own. */
    public SessionReply(SessionChange.Outcome outcome, long seenTime, byte @Nullable [] before) {
        this(outcome, seenTime, before, 0, SessionStore.NEVER);
    }

    /** The answer to a change of what is there. */
    public static SessionReply of(
            SessionChange.Effect effect, @Nullable SessionValue existing, boolean wantsBefore) {
        SessionValue before = wantsBefore ? effect.before() : null;
        return new SessionReply(
                effect.outcome(),
                existing == null ? 0 : existing.stamp().time(),
                before == null ? null : before.value(),
                effect.next() == null ? 0 : effect.next().answer(),
                effect.next() == null ? SessionStore.NEVER : effect.next().expiresAtMillis());
    }

    /** The bytes that travel back. */
    public byte[] encode() {
        int type =
                switch (outcome) {
                    case DONE -> DONE;
                    case REFUSED -> REFUSED;
                    case STALE -> STALE;
                    case WRONG_TYPE -> WRONG_TYPE;
                    case NOT_A_NUMBER -> NOT_A_NUMBER;
                    case OVERFLOW -> OVERFLOW;
                    case TOO_LARGE -> TOO_LARGE;
                };
        FrameWriter frame =
                new FrameWriter(MAGIC, VERSION, VERSION, type).number(SEEN_TIME, seenTime);
        if (answer != 0) {
            frame.number(ANSWER, answer);
        }
        if (expiresAtMillis != SessionStore.NEVER) {
            frame.number(EXPIRES_AT, expiresAtMillis);
        }
        return (before == null ? frame : frame.bytes(BEFORE, before)).toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    public static SessionReply decode(byte[] bytes) {
        FrameReader.Frame frame = SessionValue.Frames.read(MAGIC, VERSION, bytes);
        SessionChange.Outcome outcome =
                switch (frame.type()) {
                    case DONE -> SessionChange.Outcome.DONE;
                    case REFUSED -> SessionChange.Outcome.REFUSED;
                    case STALE -> SessionChange.Outcome.STALE;
                    case WRONG_TYPE -> SessionChange.Outcome.WRONG_TYPE;
                    case NOT_A_NUMBER -> SessionChange.Outcome.NOT_A_NUMBER;
                    case OVERFLOW -> SessionChange.Outcome.OVERFLOW;
                    case TOO_LARGE -> SessionChange.Outcome.TOO_LARGE;
                    default -> throw new IllegalStateException("unknown outcome " + frame.type());
                };
        return new SessionReply(
                outcome,
                frame.number(SEEN_TIME, 0),
                frame.bytes(BEFORE),
                frame.number(ANSWER, 0),
                frame.number(EXPIRES_AT, SessionStore.NEVER));
    }
}
