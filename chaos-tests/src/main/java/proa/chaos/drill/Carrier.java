package proa.chaos.drill;

import proa.chaos.drill.facts.Evidence;
import proa.chaos.lab.Balancer;
import proa.chaos.load.Load;
import proa.chaos.observe.Observer;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where drills take place, and who commits faults there: a lab of this machine's, or machines of an
 * operator's. Used by one thread at a time, but for {@link #close}, which ends every fault.
 */
sealed interface Carrier extends AutoCloseable permits LabCarrier, RemoteCarrier {

    /** Starts what does not run yet, clients and observers at least. */
    void start();

    /** All balancers, in the order of their names. */
    List<Balancer> balancers();

    /** The traffic group whose address is observed. */
    String group();

    /** That address. */
    String vip();

    /** Its service that is probed, {@code address:port}. */
    String probed();

    /** The other address of the group, where that is observed, too. */
    default Optional<Six> six() {
        return Optional.empty();
    }

    /**
     * An IPv6 address.
     *
     * @param probed its service that is probed, {@code [address]:port}
     */
    record Six(String vip, String probed) {}

    /** What has become of connections that the kernel forwards, where there are some. */
    default Optional<Evidence.Lasting> lasting() {
        return Optional.empty();
    }

    /** The clients. */
    Load load();

    /** The observer. */
    Observer observer();

    /** Requests a second that the HTTP clients begin. */
    int rate();

    /** Whether it is seen who answers ARP. */
    boolean asksArp();

    /** The balancer with that hardware address. */
    Optional<String> nameOf(String mac);

    /** Why a drill cannot take place here, or empty when it can. */
    Optional<String> refusal(DrillPlan plan);

    /**
     * Makes a drill's faults possible, before anything is judged.
     *
     * @param awaitWhole returns when the cluster is whole
     */
    void prepare(DrillPlan plan, Runnable awaitWhole);

    /** Makes connections to balancers again that have dropped; where it cannot, they stay so. */
    default void reconnect() {}

    /**
     * Does it.
     *
     * @param stays until it is undone, at most; somebody else does that when this process cannot
     * @return when that began, of {@link System#nanoTime}; what had to be prepared came before
     */
    long commit(Fault fault, Roles roles, Duration stays);

    /** Ends every fault; what cannot be undone is told after everything else was. */
    void undo();

    /** What there was to say of undoing faults since this was asked last. */
    List<String> remarks();

    /**
     * What each process holds, {@code lb1/node}; those that do not run are left out, those that
     * could not be looked at are not.
     */
    Map<String, Footprint> footprints();

    /** What it all runs on, for a report: what follows "All of it ran on". */
    String place();

    /** Invariants that nobody watches here, and why. */
    Map<String, String> unwatched();

    @Override
    void close();
}
