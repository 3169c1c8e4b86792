package proa.cluster.raft;

/** What all entries up to one have made; it takes their place. */
public interface RaftSnapshot {

    /** The last entry in it; 0: there is none. */
    long index();

    /** That entry's term. */
    long term();

    /** How many bytes it has. */
    long size();

    /**
     * A part of it.
     *
     * @return fewer bytes only at the end
     * @throws java.io.UncheckedIOException when it cannot be read
     */
    byte[] piece(long offset, int bytesMax);
}
