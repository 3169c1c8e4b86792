package proa.node.admin;

/**
 * What one may do over a socket of the node's. Who may open the socket is up to its file mode; each
 * level includes those before it.
 */
public enum Level {
    /** Look: anybody on this machine who can reach the run directory. */
    VIEW("view.sock", "rw-rw-rw-"),
    /** Change the state of servers: the node's user and group. */
    OPERATE("operate.sock", "rw-rw----"),
    /** Everything: the node's user. */
    ADMIN("node.sock", "rw-------");

    private final String file;
    private final String mode;

    Level(String file, String mode) {
        this.file = file;
        this.mode = mode;
    }

    /** The socket's name in the run directory. */
    public String file() {
        return file;
    }

    /** The mode of its file. */
    String mode() {
        return mode;
    }

    /** Whether it suffices for what needs that one. */
    public boolean includes(Level needed) {
        return compareTo(needed) >= 0;
    }
}
