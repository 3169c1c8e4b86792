package proa.vip.linux;

/**
 * Whether the tables of the kernel's forwarding are there. Unlike the lease they belong to nobody:
 * they outlive this process, so that what it forwards goes on while it restarts. Used by one
 * thread.
 */
public final class ForwardingTables implements AutoCloseable {

    private final NftBatch batch;

    private ForwardingTables(NftBatch batch) {
        this.batch = batch;
    }

    /**
     * Opens a socket to ask by.
     *
     * @throws KernelException without CAP_NET_ADMIN
     */
    public static ForwardingTables open() throws KernelException {
        return new ForwardingTables(NftBatch.open());
    }

    /** Whether a table is there; takes about 10 µs. */
    public boolean has(boolean six, String table) throws KernelException {
        return batch.hasTable(family(six), table);
    }

    /** Removes a table that may be there. */
    public void remove(boolean six, String table) throws KernelException {
        batch.begin();
        batch.addTable(family(six), table, false);
        batch.removeTable(family(six), table);
        batch.commit("remove table " + table);
    }

    private static byte family(boolean six) {
        return six ? NftBatch.IP6 : NftBatch.IP;
    }

    @Override
    public void close() {
        batch.close();
    }
}
