package proa.cluster.sessions;

/**
 * Gives a value another key. The keys may lie on different members, so this is not one step but
 * three: read, put under the new key, remove under the old one what was read. At every moment the
 * value is under one of the keys at least, for a while under both. Who changes it under the old key
 * meanwhile has not lost that change: what was read is no longer there to be removed, and it begins
 * again with what is. Whoever removes it there, or gives it another key first, has removed it: what
 * was put under the new key is taken back, unless somebody has changed it since. An end in between
 * leaves both keys, and the same command completes it.
 */
final class Renaming {

    /** A value that is changed this often between being read and removed is left alone. */
    static final int ROUNDS_MAX = 16;

    private final SessionStore store;

    Renaming(SessionStore store) {
        this.store = store;
    }

    /** Whether there was something under the old key, to the end. */
    boolean rename(String from, String to) throws SessionException {
        long placed = 0;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            SessionValue found = store.find(from);
            if (found == null) {
                takeBack(to, placed);
                return false;
            }
            if (from.equals(to)) {
                return true;
            }
            placed = store.edit(to, SessionEdit.place(found)).answer();
            if (store.edit(from, SessionEdit.removeIfStamped(found.stamp())).outcome()
                    == SessionChange.Outcome.DONE) {
                return true;
            }
        }
        throw new SessionException.Unavailable(
                "the value was changed " + ROUNDS_MAX + " times meanwhile: it is under both keys");
    }

    /**
     * Removes what that write has put under the new key.
     *
     * @param placed its {@link SessionStamp#number}; 0: nothing was put there
     */
    private void takeBack(String to, long placed) throws SessionException {
        SessionValue there = placed == 0 ? null : store.find(to);
        if (there != null && there.stamp().number() == placed) {
            store.edit(to, SessionEdit.removeIfStamped(there.stamp()));
        }
    }
}
