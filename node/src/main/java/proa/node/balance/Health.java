package proa.node.balance;

/** What is known of a server. */
public enum Health {
    /** Not probed yet: it counts as usable. */
    UNKNOWN,
    /** Its probes succeed, or it has none. */
    UP,
    /** Its probes fail: it gets nothing. */
    DOWN
}
