package proa.cluster.sessions;

/** Why a session call has no answer. */
public abstract sealed class SessionException extends Exception {

    private static final long serialVersionUID = 1L;

    private SessionException(String message) {
        super(message);
    }

    /** This node sees only a minority of a trio and refuses. Nothing was written. */
    public static final class Minority extends SessionException {
        private static final long serialVersionUID = 1L;

        public Minority(String message) {
            super(message);
        }
    }

    /** The store has not joined its peers yet; nothing was written. */
    public static final class Starting extends SessionException {
        private static final long serialVersionUID = 1L;

        public Starting(String message) {
            super(message);
        }
    }

    /** What is there is of another kind than what was asked for; nothing was written. */
    public static final class WrongType extends SessionException {
        private static final long serialVersionUID = 1L;

        public WrongType() {
            super("Operation against a key holding the wrong kind of value");
        }
    }

    /** The cluster did not settle in time. An idempotent write may be repeated. */
    public static final class Unavailable extends SessionException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message);
        }
    }

    /** It may or may not have been applied; it must not be repeated blindly. */
    public static final class Unknown extends SessionException {
        private static final long serialVersionUID = 1L;

        public Unknown(String message) {
            super(message);
        }
    }
}
