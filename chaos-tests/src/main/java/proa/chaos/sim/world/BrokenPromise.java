package proa.chaos.sim.world;

/** Something that must always hold did not. */
public final class BrokenPromise extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final long nanos;

    BrokenPromise(String what, long nanos) {
        super(what);
        this.nanos = nanos;
    }

    /** When, in nanoseconds since the world began. */
    public long nanos() {
        return nanos;
    }
}
