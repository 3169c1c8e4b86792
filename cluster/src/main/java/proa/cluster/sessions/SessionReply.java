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
 */
public record SessionReply(SessionChange.Outcome outcome, long seenTime, byte @Nullable [] before) {

    private static final int MAGIC = 0x5052_5352; // PRSR
    private static final int VERSION = 1;
    private static final int SEEN_TIME = 1;
    private static final int BEFORE = 2;
    private static final int DONE = 1;
    private static final int REFUSED = 2;
    private static final int STALE = 3;

    /** The answer to a change of what is there. */
    public static SessionReply of(
            SessionChange.Effect effect, @Nullable SessionValue existing, boolean wantsBefore) {
        SessionValue before = wantsBefore ? effect.before() : null;
        return new SessionReply(
                effect.outcome(),
                existing == null ? 0 : existing.stamp().time(),
                before == null ? null : before.value());
    }

    /** The bytes that travel back. */
    public byte[] encode() {
        int type =
                switch (outcome) {
                    case DONE -> DONE;
                    case REFUSED -> REFUSED;
                    case STALE -> STALE;
                };
        FrameWriter frame =
                new FrameWriter(MAGIC, VERSION, VERSION, type).number(SEEN_TIME, seenTime);
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
                    default -> throw new IllegalStateException("unknown outcome " + frame.type());
                };
        return new SessionReply(outcome, frame.number(SEEN_TIME, 0), frame.bytes(BEFORE));
    }
}
