package proa.cluster.engine;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStore;

/** A store all of whose changes of one key are a {@link Wish}. Safe from any thread. */
interface WishedStore extends SessionStore {

    /**
     * Makes a change, once.
     *
     * @throws SessionException when it was not made, or nobody knows
     */
    SessionReply change(String key, Wish wish) throws SessionException;

    @Override
    default boolean set(String key, byte[] value, long ttlMillis, Condition condition)
            throws SessionException {
        return done(change(key, new Wish.Write(value, ttlMillis, condition, false)));
    }

    @Override
    default Exchange exchange(String key, byte[] value, long ttlMillis, Condition condition)
            throws SessionException {
        SessionReply reply = change(key, new Wish.Write(value, ttlMillis, condition, true));
        return new Exchange(done(reply), reply.before());
    }

    @Override
    default Edited edit(String key, SessionEdit edit) throws SessionException {
        SessionReply reply = change(key, new Wish.Edit(edit));
        return new Edited(reply.outcome(), reply.answer(), reply.expiresAtMillis());
    }

    @Override
    default boolean delete(String key) throws SessionException {
        return done(change(key, new Wish.Remove(false)));
    }

    @Override
    default byte @Nullable [] getAndDelete(String key) throws SessionException {
        return change(key, new Wish.Remove(true)).before();
    }

    @Override
    default boolean expire(String key, long ttlMillis) throws SessionException {
        return done(change(key, new Wish.Expire(ttlMillis, false)));
    }

    @Override
    default byte @Nullable [] getAndExpire(String key, long ttlMillis) throws SessionException {
        return change(key, new Wish.Expire(ttlMillis, true)).before();
    }

    private static boolean done(SessionReply reply) {
        return reply.outcome() == SessionChange.Outcome.DONE;
    }
}
