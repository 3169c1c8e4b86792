package proa.chaos.remote.deed;

/**
 * What is done to one host, and what undoes it: scripts of sh(1), run as root.
 *
 * @param id this deed's alone; lower-case letters and digits
 * @param host its name
 * @param what for people
 * @param commit does it
 * @param undo ends it, however often it is run; empty: there is nothing to undo
 * @param slackSeconds after the drill's own time the host's switch undoes it; short where the host
 *     may not be reached until then
 * @param seconds that either script may take
 */
public record Deed(
        String id,
        String host,
        String what,
        String commit,
        String undo,
        int slackSeconds,
        int seconds) {

    /** Whether something has to undo it. */
    public boolean stays() {
        return !undo.isEmpty();
    }
}
