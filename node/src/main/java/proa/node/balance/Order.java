package proa.node.balance;

/** What an operator or an agent asks to do with a server. */
public enum Order {
    /** It takes part. */
    READY,
    /** It keeps the clients that belong to it and gets no new ones. */
    DRAIN,
    /** It gets nothing. */
    MAINTENANCE
}
