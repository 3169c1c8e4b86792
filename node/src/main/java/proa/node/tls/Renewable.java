package proa.node.tls;

/** Something made from files that may change. */
public interface Renewable {

    /**
     * Looks at the files, and at the time, and takes what is new. What cannot be used is said once
     * and changes nothing. Blocks on the disk; one thread at a time.
     */
    void renew();

    /** Gives native memory back; nothing uses it any more. */
    void release();
}
