package proa.node.reload;

/** Why a node cannot start, in one line for the operator. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 2L;

    private final boolean refusal;

    public StartException(String message) {
        super(message);
        this.refusal = false;
    }

    public StartException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private StartException(String message, Throwable cause, boolean refusal) {
        super(message, cause);
        this.refusal = refusal;
    }

    /** A file that the configuration names makes no sense, or cannot be read. */
    static StartException refused(String message, Throwable cause) {
        return new StartException(message, cause, true);
    }

    /** Whether it is of no use to try again before somebody has mended what is configured. */
    public boolean isRefusal() {
        return refusal;
    }
}
