package proa.chaos.sim.world;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Table;
import proa.vip.vrrp.GroupMachine;
import proa.vip.vrrp.GroupRules;

/**
 * What a world is built of: the product's own rules, and what the kernel and the loop around them
 * promise. A test puts a broken one in its place and sees that the world notices.
 */
class Parts {

    Machine machine(GroupRules rules) {
        return new Machine.Product(new GroupMachine(rules));
    }

    /** How long the kernel answers after a lease of so many milliseconds. */
    long leaseNanos(long millis) {
        return millis * Agenda.MILLI;
    }

    /**
     * What a loop that stood still takes for the time while it reads what has queued up meanwhile.
     *
     * @param stoodNanos when it stopped
     */
    long clockOnWaking(long stoodNanos, long nowNanos) {
        return nowNanos;
    }

    /** The number of a node process's life: grows with every start. */
    long incarnation(int node, long starts) {
        return starts;
    }

    /** An entry of another node arrives in a table. */
    void merge(Table table, Entry entry, long olderNanos, long nowNanos) {
        table.merge(entry, olderNanos, nowNanos);
    }
}
