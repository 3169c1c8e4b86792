package proa.vip.linux;

/** Processes that belong together: a leader and what it has started (setpgid(2)). Stateless. */
public final class ProcessGroup {

    private static final int SIGKILL = 9;

    private ProcessGroup() {}

    /**
     * Ends all of them at once; a group that is gone is no error.
     *
     * @param leader process id of a group's leader, more than 1
     */
    public static void kill(long leader) {
        if (leader <= 1) {
            throw new IllegalArgumentException("no leader of a group: " + leader);
        }
        int _ = Libc.kill((int) -leader, SIGKILL);
    }
}
