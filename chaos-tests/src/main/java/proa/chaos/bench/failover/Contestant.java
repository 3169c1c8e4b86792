package proa.chaos.bench.failover;

import proa.chaos.lab.Host;

import java.util.List;

/** Two balancers that share a floating address. Used by one thread. */
interface Contestant {

    /** In reports. */
    String name();

    /** The floating address; HTTP is served on its port 80. */
    String address();

    /** Where its balancers run. */
    List<Host> hosts();

    /** Starts all of it. */
    void start();

    /** Waits until both balancers could own the address, and one does. */
    void awaitWhole();

    /** The fault befalls the owner; returns at once. */
    void strike(Fault fault, Host owner);

    /** Ends the fault and starts what died of it. */
    void mend(Fault fault, Host owner);
}
