package proa.cluster.raft;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionStamp;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

/**
 * An entry of the sessions' log.
 *
 * @param nowMillis the leader's clock when it took it in; milliseconds since 1970
 * @param stamp names it: one that is repeated is answered as the first time; of the member that
 *     asked
 */
public record SessionCommand(long nowMillis, SessionStamp stamp, Deed deed) {

    private static final int MAGIC = 0x5052_5244; // PRRD
    private static final int VERSION = 1;
    private static final int CHANGE = 1;
    private static final int KEEP = 2;
    private static final int REMEMBER = 3;
    private static final int BEGIN = 4;
    private static final int LOOK = 5;
    private static final int NOW = 1;
    private static final int TIME = 2;
    private static final int NODE = 3;
    private static final int KEY = 4;
    private static final int BYTES = 5;
    private static final int BEFORE = 6;
    private static final int NUMBER = 7;

    /** What is done. */
    public sealed interface Deed {

        /**
         * Changes a key.
         *
         * @param change its clock is that of the member that asked; what it says of expiry is meant
         *     from the moment the leader takes it in
         */
        record Change(String key, boolean wantsBefore, SessionChange change) implements Deed {}

        /** Brings in a copy: it meets what is there, and the later write stays. */
        record Keep(String key, byte[] value) implements Deed {}

        /** A member has a snapshot of a former life. */
        record Remember(String life, long takenMillis) implements Deed {}

        /** Begins the store's life, unless it has begun. */
        record Begin(String life) implements Deed {}

        /** Lets time pass, and is answered as a query is. */
        record Look(SessionQuery query) implements Deed {}
    }

    /** The same, taken in at that time. */
    public SessionCommand at(long millis) {
        return new SessionCommand(millis, stamp, deed);
    }

    /** The bytes in the log. */
    public byte[] encode() {
        return switch (deed) {
            case Deed.Change change ->
                    frame(CHANGE)
                            .text(KEY, change.key)
                            .flag(BEFORE, change.wantsBefore)
                            .bytes(BYTES, change.change.encode())
                            .toBytes();
            case Deed.Keep keep ->
                    frame(KEEP).text(KEY, keep.key).bytes(BYTES, keep.value).toBytes();
            case Deed.Remember remember ->
                    frame(REMEMBER)
                            .text(KEY, remember.life)
                            .number(NUMBER, remember.takenMillis)
                            .toBytes();
            case Deed.Begin begin -> frame(BEGIN).text(KEY, begin.life).toBytes();
            case Deed.Look look -> frame(LOOK).bytes(BYTES, look.query.encode()).toBytes();
        };
    }

    private FrameWriter frame(int type) {
        return new FrameWriter(MAGIC, VERSION, VERSION, type)
                .number(NOW, nowMillis)
                .number(TIME, stamp.time())
                .number(NODE, stamp.node());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    public static SessionCommand decode(byte[] bytes) {
        FrameReader.Frame frame = RaftFrames.read(MAGIC, VERSION, bytes);
        String key = frame.text(KEY, "");
        Deed deed =
                switch (frame.type()) {
                    case CHANGE ->
                            new Deed.Change(
                                    key,
                                    frame.flag(BEFORE, false),
                                    SessionChange.decode(RaftFrames.needed(frame, BYTES)));
                    case KEEP -> new Deed.Keep(key, RaftFrames.needed(frame, BYTES));
                    case REMEMBER -> new Deed.Remember(key, frame.number(NUMBER, 0));
                    case BEGIN -> new Deed.Begin(key);
                    case LOOK ->
                            new Deed.Look(SessionQuery.decode(RaftFrames.needed(frame, BYTES)));
                    default -> throw new IllegalStateException("unknown deed " + frame.type());
                };
        return new SessionCommand(
                frame.number(NOW, 0),
                new SessionStamp(frame.number(TIME, 0), (int) frame.number(NODE, 0)),
                deed);
    }
}
