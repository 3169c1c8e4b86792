package proa.cluster.sessions;

import org.jspecify.annotations.Nullable;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

/**
 * One change of one key, as a value: it travels to the key's owner and its backup, and both apply
 * it to what they have.
 *
 * <pre>
 *   existing is       | outcome
 *   ------------------+--------------------------------------------------------------
 *   later stamp       | STALE    nothing changes; a delayed repetition cannot undo a newer write
 *   the same stamp    | DONE     it has been applied before; written again so that backups have it
 *   earlier or absent | DONE     applied
 *                     | REFUSED  the condition does not hold, or there is nothing to change
 * </pre>
 *
 * <p>So a change may be repeated under its own stamp when nobody knows whether it arrived.
 */
public sealed interface SessionChange {

    /** Unique, and later than everything its writer has seen of this key. */
    SessionStamp stamp();

    /** The writer's wall clock, in milliseconds; what has expired is judged by it on every copy. */
    long nowMillis();

    /**
     * Writes a value.
     *
     * @param expiresAtMillis wall-clock milliseconds, {@link SessionStore#NEVER} or {@link
     *     SessionStore#KEEP}
     */
    record Write(
            SessionStamp stamp,
            long nowMillis,
            byte[] value,
            long expiresAtMillis,
            SessionStore.Condition condition)
            implements SessionChange {}

    /** Sets the expiry and nothing else; a time that has passed removes. */
    record Expire(SessionStamp stamp, long nowMillis, long expiresAtMillis)
            implements SessionChange {}

    /** Removes. */
    record Remove(SessionStamp stamp, long nowMillis) implements SessionChange {}

    /** Changes what is there by what is there. */
    record Edit(SessionStamp stamp, long nowMillis, SessionEdit edit) implements SessionChange {}

    /** How a change ended. */
    enum Outcome {
        DONE,
        REFUSED,
        STALE,
        /** It is of another kind than the change is for. */
        WRONG_TYPE,
        /** It is no whole number. */
        NOT_A_NUMBER,
        /** The sum has more than 64 bits. */
        OVERFLOW,
        /** It would be larger than {@link SessionStore#VALUE_BYTES_MAX}. */
        TOO_LARGE
    }

    /**
     * What a change does.
     *
     * @param next what to store; null: leave what is there
     * @param before what was alive before the change; null: nothing
     */
    record Effect(Outcome outcome, @Nullable SessionValue next, @Nullable SessionValue before) {}

    /** What this change does to what is there. */
    default Effect appliedTo(@Nullable SessionValue existing) {
        int order = existing == null ? -1 : existing.stamp().compareTo(stamp());
        if (order > 0) {
            return new Effect(Outcome.STALE, null, null);
        }
        if (order == 0) {
            return new Effect(Outcome.DONE, existing, null);
        }
        SessionValue alive = existing != null && existing.aliveAt(nowMillis()) ? existing : null;
        Effect effect =
                switch (this) {
                    case Write write -> write(write, alive);
                    case Expire expire -> alive == null ? refused(null) : expire(expire, alive);
                    case Remove remove ->
                            alive == null
                                    ? refused(null)
                                    : done(alive.removed(remove.nowMillis, remove.stamp), alive);
                    case Edit edit -> Edits.apply(edit, alive);
                };
        return existing == null ? effect : covering(effect, existing, nowMillis());
    }

    /** Whoever shortens a life covers what others still have of the longer one. */
    private static Effect covering(Effect effect, SessionValue existing, long nowMillis) {
        SessionValue next = effect.next();
        return next == null
                ? effect
                : new Effect(effect.outcome(), next.covering(existing, nowMillis), effect.before());
    }

    private static Effect write(Write write, @Nullable SessionValue alive) {
        boolean holds =
                switch (write.condition) {
                    case ALWAYS -> true;
                    case IF_ABSENT -> alive == null;
                    case IF_PRESENT -> alive != null;
                };
        if (!holds) {
            return refused(alive);
        }
        long kept = alive == null ? SessionStore.NEVER : alive.expiresAtMillis();
        long until = write.expiresAtMillis == SessionStore.KEEP ? kept : write.expiresAtMillis;
        SessionValue written = new SessionValue(write.value, until, write.stamp);
        // A reader whose clock is behind the writer's must not find it either.
        return done(
                passed(until, write.nowMillis)
                        ? (alive == null ? written : alive).removed(write.nowMillis, write.stamp)
                        : written,
                alive);
    }

    private static boolean passed(long untilMillis, long nowMillis) {
        return untilMillis != SessionStore.NEVER && untilMillis <= nowMillis;
    }

    private static Effect expire(Expire expire, SessionValue alive) {
        return done(
                passed(expire.expiresAtMillis, expire.nowMillis)
                        ? alive.removed(expire.nowMillis, expire.stamp)
                        : alive.until(expire.expiresAtMillis, expire.stamp),
                alive);
    }

    private static Effect done(SessionValue next, @Nullable SessionValue before) {
        return new Effect(Outcome.DONE, next, before);
    }

    private static Effect refused(@Nullable SessionValue before) {
        return new Effect(Outcome.REFUSED, null, before);
    }

    /**
     * The same change under another stamp and at another time; what it says of expiry is as far
     * from that time as it was from its own.
     */
    default SessionChange at(SessionStamp newStamp, long newNowMillis) {
        return switch (this) {
            case Write write ->
                    new Write(
                            newStamp,
                            newNowMillis,
                            write.value,
                            moved(write.expiresAtMillis, newNowMillis),
                            write.condition);
            case Expire expire ->
                    new Expire(newStamp, newNowMillis, moved(expire.expiresAtMillis, newNowMillis));
            case Remove _ -> new Remove(newStamp, newNowMillis);
            case Edit edit -> new Edit(newStamp, newNowMillis, edit.edit);
        };
    }

    private long moved(long expiresAtMillis, long newNowMillis) {
        return expiresAtMillis == SessionStore.NEVER || expiresAtMillis == SessionStore.KEEP
                ? expiresAtMillis
                : Expiry.at(newNowMillis, Expiry.ttl(nowMillis(), expiresAtMillis));
    }

    /** The bytes that travel to the owner. */
    default byte[] encode() {
        return switch (this) {
            case Write write ->
                    frame(Codec.WRITE)
                            .bytes(Codec.VALUE, write.value)
                            .number(Codec.EXPIRES_AT, write.expiresAtMillis)
                            .number(Codec.CONDITION, Codec.code(write.condition))
                            .toBytes();
            case Expire expire ->
                    frame(Codec.EXPIRE).number(Codec.EXPIRES_AT, expire.expiresAtMillis).toBytes();
            case Remove _ -> frame(Codec.REMOVE).toBytes();
            case Edit edit -> {
                FrameWriter frame =
                        frame(Codec.EDIT)
                                .number(Codec.OPERATION, edit.edit.operation().code())
                                .number(Codec.NUMBER, edit.edit.number());
                edit.edit.words().forEach(word -> frame.bytes(Codec.WORD, word));
                yield frame.toBytes();
            }
        };
    }

    private FrameWriter frame(int type) {
        return new FrameWriter(Codec.MAGIC, Codec.VERSION, Codec.MINIMUM_READER, type)
                .number(Codec.TIME, stamp().time())
                .number(Codec.NODE, stamp().node())
                .number(Codec.NOW, nowMillis());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException when the bytes are not of this format, or for newer readers
     *     only
     */
    static SessionChange decode(byte[] bytes) {
        FrameReader.Frame frame = SessionValue.Frames.read(Codec.MAGIC, Codec.VERSION, bytes);
        SessionStamp stamp =
                new SessionStamp(frame.number(Codec.TIME, 0), (int) frame.number(Codec.NODE, 0));
        long now = frame.number(Codec.NOW, 0);
        long expiresAt = frame.number(Codec.EXPIRES_AT, SessionStore.NEVER);
        return switch (frame.type()) {
            case Codec.WRITE ->
                    new Write(stamp, now, Codec.value(frame), expiresAt, Codec.condition(frame));
            case Codec.EXPIRE -> new Expire(stamp, now, expiresAt);
            case Codec.REMOVE -> new Remove(stamp, now);
            case Codec.EDIT ->
                    new Edit(
                            stamp,
                            now,
                            new SessionEdit(
                                    SessionEdit.Operation.of(frame.number(Codec.OPERATION, 0)),
                                    frame.number(Codec.NUMBER, 0),
                                    frame.all(Codec.WORD)));
            default -> throw new IllegalStateException("unknown session change " + frame.type());
        };
    }

    /** Numbers of the format. */
    final class Codec {
        static final int MAGIC = 0x5052_5343; // PRSC
        static final int VERSION = 1;
        static final int MINIMUM_READER = 1;
        static final int WRITE = 1;
        static final int EXPIRE = 2;
        static final int REMOVE = 3;
        static final int EDIT = 4;
        static final int TIME = 1;
        static final int NODE = 2;
        static final int NOW = 3;
        static final int EXPIRES_AT = 4;
        static final int VALUE = 5;
        static final int CONDITION = 6;
        static final int OPERATION = 7;
        static final int NUMBER = 8;
        static final int WORD = 9;
        private static final long ALWAYS = 0;
        private static final long IF_ABSENT = 1;
        private static final long IF_PRESENT = 2;

        private Codec() {}

        static long code(SessionStore.Condition condition) {
            return switch (condition) {
                case ALWAYS -> ALWAYS;
                case IF_ABSENT -> IF_ABSENT;
                case IF_PRESENT -> IF_PRESENT;
            };
        }

        static SessionStore.Condition condition(FrameReader.Frame frame) {
            long code = frame.number(CONDITION, ALWAYS);
            if (code == IF_ABSENT) {
                return SessionStore.Condition.IF_ABSENT;
            }
            if (code == IF_PRESENT) {
                return SessionStore.Condition.IF_PRESENT;
            }
            if (code == ALWAYS) {
                return SessionStore.Condition.ALWAYS;
            }
            throw new IllegalStateException("unknown condition " + code);
        }

        static byte[] value(FrameReader.Frame frame) {
            byte[] value = frame.bytes(VALUE);
            if (value == null) {
                throw new IllegalStateException("a write without its value");
            }
            return value;
        }
    }
}
