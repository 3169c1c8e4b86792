package proa.node.record;

/** Where records of one event loop go. Never blocks. */
public interface AccessLog {

    /** Takes down what is known; the record is used again afterwards. */
    void write(TrafficRecord record);

    /** Whether connections that never sent a byte are taken down too. */
    boolean takesEmpty();

    /** Names of the fields of requests that are taken down. */
    String[] fields();
}
