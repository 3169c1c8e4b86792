package proa.cluster.sessions;

/**
 * Gives a value another key. The keys may lie on different members, so this is not one step but
 * three: read, put under the new key, remove under the old one what was read. At every moment the
 * value is under one of the keys at least, for a while under both. Who changes it under the old key
 * meanwhile has not lost that change: what was read is no longer there to be removed, and it begins
 * again with what is. An end in between leaves both keys, and the same command completes it.
 */
final class Renaming {

    /** A value that is changed this often between being read and removed is left alone. */
    static final int ROUNDS_MAX = 16;

    private final SessionStore store;

    Renaming(SessionStore store) {
        this.store = store;
    }

    /** Whether there was something under the old key. */
    boolean rename(String from, String to) throws SessionException {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            SessionValue found = store.find(from);
            if (found == null) {
                return round > 0;
            }
            if (from.equals(to)) {
                return true;
            }
            store.edit(to, SessionEdit.place(found));
            if (store.edit(from, SessionEdit.removeIfStamped(found.stamp())).outcome()
                    == SessionChange.Outcome.DONE) {
                return true;
            }
        }
        throw new SessionException.Unavailable(
                "the value was changed " + ROUNDS_MAX + " times meanwhile: it is under both keys");
    }
}
