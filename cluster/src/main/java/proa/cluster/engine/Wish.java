package proa.cluster.engine;

import proa.cluster.sessions.Expiry;
import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionEdit;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;

/** What a caller wants, before it has a stamp. */
sealed interface Wish {

    /** Whether the value before is part of the answer: then a try in doubt cannot be repeated. */
    boolean wantsBefore();

    /**
     * Whether it takes away what somebody else has written: then a try in doubt that meets a later
     * write must not be made again under a later stamp, for it may have come before that write.
     */
    boolean displaces();

    /** Whether what it does or answers depends on what is there. */
    boolean dependsOnBefore();

    SessionChange at(SessionStamp stamp, long nowMillis);

    /** Writes a value. */
    record Write(
            byte[] value, long ttlMillis, SessionStore.Condition condition, boolean wantsBefore)
            implements Wish {
        @Override
        public boolean displaces() {
            return true;
        }

        @Override
        public boolean dependsOnBefore() {
            return wantsBefore || condition != SessionStore.Condition.ALWAYS;
        }

        @Override
        public SessionChange at(SessionStamp stamp, long nowMillis) {
            long until = Expiry.at(nowMillis, ttlMillis);
            return new SessionChange.Write(stamp, nowMillis, value, until, condition);
        }
    }

    /** Sets the expiry; with no time to live, removes. */
    record Expire(long ttlMillis, boolean wantsBefore) implements Wish {
        @Override
        public boolean displaces() {
            return ttlMillis == 0;
        }

        @Override
        public boolean dependsOnBefore() {
            return true;
        }

        @Override
        public SessionChange at(SessionStamp stamp, long nowMillis) {
            return new SessionChange.Expire(stamp, nowMillis, Expiry.at(nowMillis, ttlMillis));
        }
    }

    /** Removes. */
    record Remove(boolean wantsBefore) implements Wish {
        @Override
        public boolean displaces() {
            return true;
        }

        @Override
        public boolean dependsOnBefore() {
            return wantsBefore;
        }

        @Override
        public SessionChange at(SessionStamp stamp, long nowMillis) {
            return new SessionChange.Remove(stamp, nowMillis);
        }
    }

    /** Changes what is there by what is there; its answer is kept, so it may be repeated. */
    record Edit(SessionEdit edit) implements Wish {
        @Override
        public boolean wantsBefore() {
            return false;
        }

        @Override
        public boolean displaces() {
            return true;
        }

        @Override
        public boolean dependsOnBefore() {
            return true;
        }

        @Override
        public SessionChange at(SessionStamp stamp, long nowMillis) {
            return new SessionChange.Edit(stamp, nowMillis, edit);
        }
    }
}
