package proa.vip.vrrp;

import java.util.function.Consumer;

/**
 * Faults at random times on random hosts, each mended after a while, and one call that mends
 * everything.
 */
final class SimulatedFaults {

    private final Simulation simulation;
    private final boolean networkToo;
    int count;

    SimulatedFaults(Simulation simulation, boolean networkToo) {
        this.simulation = simulation;
        this.networkToo = networkToo;
    }

    /** Schedules so many faults within so many milliseconds. */
    void schedule(int faults, int withinMillis) {
        for (int fault = 0; fault < faults; fault++) {
            simulation.afterMillis(simulation.random.nextInt(withinMillis), this::strike);
        }
    }

    /** Schedules so many changes of what is tracked within so many milliseconds. */
    void track(int changes, int withinMillis) {
        for (int change = 0; change < changes; change++) {
            simulation.afterMillis(
                    simulation.added.nextInt(withinMillis),
                    () -> {
                        count++;
                        int host = simulation.added.nextInt(simulation.hosts.size());
                        int handicap = simulation.added.nextInt(3) * 15;
                        simulation
                                .hosts
                                .get(host)
                                .tell(new Event.Tracked(handicap, handicap == 0 ? "" : "script"));
                    });
        }
    }

    private void strike() {
        count++;
        SimulatedHost host =
                simulation.hosts.get(simulation.random.nextInt(simulation.hosts.size()));
        SimulatedHost other =
                simulation.hosts.get(simulation.random.nextInt(simulation.hosts.size()));
        int kind = simulation.random.nextInt(networkToo ? 20 : 10);
        if (kind < 10) {
            process(kind, host, other);
        } else {
            network(kind, host, other);
        }
    }

    private void later(Runnable mend) {
        simulation.afterMillis(simulation.random.nextInt(20, 2_500), mend);
    }

    private void process(int kind, SimulatedHost host, SimulatedHost other) {
        switch (kind) {
            case 0 -> {
                host.killNode();
                later(host::startNode);
            }
            case 1 -> {
                host.killVipd();
                later(host::startVipd);
            }
            case 2 -> {
                host.become(SimulatedHost.NodeProcess.STOPPED);
                later(() -> host.become(SimulatedHost.NodeProcess.RUNNING));
            }
            case 3 -> {
                host.stopVipd();
                later(host::continueVipd);
            }
            case 4 -> {
                host.stopVipd();
                host.become(SimulatedHost.NodeProcess.STOPPED);
                later(
                        () -> {
                            host.become(SimulatedHost.NodeProcess.RUNNING);
                            host.continueVipd();
                        });
            }
            case 5 -> {
                host.become(SimulatedHost.NodeProcess.STUCK);
                later(() -> host.become(SimulatedHost.NodeProcess.RUNNING));
            }
            case 6 -> {
                host.leaveNode();
                later(
                        () -> {
                            host.killNode();
                            host.startNode();
                        });
            }
            case 7 -> {
                host.tell(new Event.Shutdown());
                later(host::startVipd);
            }
            case 8 ->
                    simulation.hosts.forEach(
                            any -> any.tell(new Event.MoveRequested(other.name(), "an operator")));
            default -> {
                host.tell(new Event.Drain(true));
                later(() -> host.tell(new Event.Drain(false)));
            }
        }
    }

    private void network(int kind, SimulatedHost host, SimulatedHost other) {
        SimulatedNetwork network = simulation.network;
        switch (kind) {
            case 10 -> {
                host.crash();
                later(host::boot);
            }
            case 11 -> {
                host.link(false);
                later(() -> host.link(true));
            }
            case 12, 13 -> whileOn(on -> isolate(host, on, kind == 12));
            case 14 -> whileOn(on -> network.advertLoss = on ? 0.3 : 0);
            case 15 -> whileOn(on -> network.advertCut[host.index()][other.index()] = on);
            case 16 -> whileOn(on -> network.meshCut[host.index()][other.index()] = on);
            case 17 -> whileOn(on -> advertsOf(host, on));
            case 18 -> whileOn(on -> network.gatewayCut[host.index()] = on);
            default -> {
                host.refuses = Action.AddAddress.class;
                later(() -> host.refuses = null);
            }
        }
    }

    private void whileOn(Consumer<Boolean> fault) {
        simulation.trace("network fault");
        fault.accept(true);
        later(
                () -> {
                    simulation.trace("network mended");
                    fault.accept(false);
                });
    }

    private void isolate(SimulatedHost host, boolean on, boolean gatewayToo) {
        for (int peer = 0; peer < simulation.hosts.size(); peer++) {
            simulation.network.advertCut[host.index()][peer] = on;
            simulation.network.advertCut[peer][host.index()] = on;
            simulation.network.meshCut[host.index()][peer] = on;
            simulation.network.meshCut[peer][host.index()] = on;
        }
        simulation.network.gatewayCut[host.index()] = on && gatewayToo;
    }

    private void advertsOf(SimulatedHost host, boolean on) {
        for (int peer = 0; peer < simulation.hosts.size(); peer++) {
            simulation.network.advertCut[host.index()][peer] = on;
        }
    }

    /** Everything works again. */
    void mendAll() {
        simulation.trace("all mended");
        SimulatedNetwork network = simulation.network;
        network.advertLoss = 0;
        for (SimulatedHost host : simulation.hosts) {
            isolate(host, false, false);
            network.gatewayCut[host.index()] = false;
            host.refuses = null;
            host.continueVipd();
            host.boot();
            host.become(SimulatedHost.NodeProcess.RUNNING);
            host.link(true);
            host.tell(new Event.Drain(false));
            host.tell(new Event.Tracked(0, ""));
        }
    }
}
