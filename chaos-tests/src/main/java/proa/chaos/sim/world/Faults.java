package proa.chaos.sim.world;

import proa.chaos.sim.world.Fault.Strike;
import proa.chaos.sim.world.Wire.Path;
import proa.vip.vrrp.Action;
import proa.vip.vrrp.Event;

/** Commits faults on a world and mends them. */
final class Faults {

    /** Others know after so long that a clock has stood. */
    private static final long CLOCK_NANOS = 10 * Data.SECOND;

    private final World world;

    Faults(World world) {
        this.world = world;
    }

    /** Schedules it, and its end. */
    void schedule(Strike strike) {
        world.agenda()
                .at(
                        strike.atNanos(),
                        () -> {
                            note(strike);
                            begin(strike.fault());
                        });
        world.agenda()
                .at(
                        strike.atNanos() + strike.lastingNanos(),
                        () -> {
                            world.trace().note("world", "mended: " + strike.fault());
                            end(strike.fault());
                        });
    }

    private void note(Strike strike) {
        world.trace().note("world", strike.fault().toString());
        world.owners().fault();
        world.disturbed(world.now() + strike.lastingNanos() + after(strike.fault()));
        if (strike.fault().ofNetwork()) {
            world.owners().trouble(world.now() + strike.lastingNanos());
        }
    }

    /** How long others need to notice what a fault has left behind. */
    private static long after(Fault fault) {
        return fault instanceof Fault.Pause ? CLOCK_NANOS : 0;
    }

    private void begin(Fault fault) {
        switch (fault) {
            case Fault.KillNode(int host) -> world.host(host).node().kill();
            case Fault.KillVipd(int host) -> world.host(host).killVipd();
            case Fault.StopNode(int host) -> become(host, NodeProcess.State.STOPPED);
            case Fault.StopVipd(int host) -> world.host(host).stopVipd();
            case Fault.StopBoth(int host) -> {
                world.host(host).stopVipd();
                become(host, NodeProcess.State.STOPPED);
            }
            case Fault.StickNode(int host) -> become(host, NodeProcess.State.STUCK);
            case Fault.LeaveNode(int host) -> world.host(host).node().leave();
            case Fault.EndVipd(int host) -> world.host(host).tellAll(new Event.Shutdown());
            case Fault.Move(int group, int host) -> move(group, world.host(host).name());
            case Fault.Drain(int host) -> world.host(host).tellAll(new Event.Drain(true));
            case Fault.Track(int host, int handicap) ->
                    world.host(host).tellAll(new Event.Tracked(handicap, "script"));
            case Fault.StepWall(int host, long millis) -> step(host, millis);
            case Fault.Crash(int host) -> world.host(host).crash();
            case Fault.Pause(int host) -> world.host(host).pause();
            case Fault.CutCable(int host) -> world.host(host).link(false);
            case Fault.Isolate(int host, boolean gateway) -> isolate(host, gateway, true);
            case Fault.Partition(int side) -> partition(side, true);
            case Fault.CutOneWay cut -> cut(cut, true);
            case Fault.LoseGateway(int host) -> world.wire().cutGateway(host, true);
            case Fault.RefuseAddress(int host) -> refuse(host, true);
            case Fault.Weather weather -> weather(weather);
        }
    }

    private void end(Fault fault) {
        switch (fault) {
            case Fault.KillNode(int host) -> world.host(host).node().start();
            case Fault.KillVipd(int host) -> world.host(host).startVipd();
            case Fault.StopNode(int host) -> become(host, NodeProcess.State.RUNNING);
            case Fault.StopVipd(int host) -> world.host(host).continueVipd();
            case Fault.StopBoth(int host) -> {
                become(host, NodeProcess.State.RUNNING);
                world.host(host).continueVipd();
            }
            case Fault.StickNode(int host) -> become(host, NodeProcess.State.RUNNING);
            case Fault.LeaveNode(int host) -> {
                world.host(host).node().kill();
                world.host(host).node().start();
            }
            case Fault.EndVipd(int host) -> world.host(host).startVipd();
            case Fault.Move _ -> {}
            case Fault.Drain(int host) -> world.host(host).tellAll(new Event.Drain(false));
            case Fault.Track(int host, int _) -> world.host(host).tellAll(new Event.Tracked(0, ""));
            case Fault.StepWall(int host, long millis) -> step(host, -millis);
            case Fault.Crash(int host) -> world.host(host).boot();
            case Fault.Pause(int host) -> world.host(host).resume();
            case Fault.CutCable(int host) -> world.host(host).link(true);
            case Fault.Isolate(int host, boolean gateway) -> isolate(host, gateway, false);
            case Fault.Partition(int side) -> partition(side, false);
            case Fault.CutOneWay cut -> cut(cut, false);
            case Fault.LoseGateway(int host) -> world.wire().cutGateway(host, false);
            case Fault.RefuseAddress(int host) -> refuse(host, false);
            case Fault.Weather _ -> weather(new Fault.Weather(0, 0, 0));
        }
    }

    private void become(int host, NodeProcess.State state) {
        world.host(host).node().become(state);
    }

    /** As an operator's order reaches every vipd. */
    private void move(int group, String to) {
        for (Host host : world.hosts()) {
            host.seat(group).tell(new Event.MoveRequested(to, "an operator"));
        }
    }

    private void step(int host, long millis) {
        if (world.shape().tables()) {
            world.replicas().step(world.host(host), millis);
        }
    }

    private void isolate(int host, boolean gatewayToo, boolean on) {
        partition(1 << host, on);
        if (gatewayToo) {
            world.wire().cutGateway(host, on);
        }
    }

    private void partition(int side, boolean on) {
        for (int a = 0; a < world.shape().nodes(); a++) {
            for (int b = 0; b < world.shape().nodes(); b++) {
                if ((side >> a & 1) != (side >> b & 1)) {
                    for (Path path : Path.values()) {
                        world.wire().cut(path, a, b, on);
                    }
                }
            }
        }
    }

    private void cut(Fault.CutOneWay cut, boolean on) {
        if (cut.adverts()) {
            world.wire().cut(Path.ADVERTS, cut.from(), cut.to(), on);
        }
        if (cut.mesh()) {
            world.wire().cut(Path.MESH, cut.from(), cut.to(), on);
        }
        if (cut.sync()) {
            world.wire().cut(Path.SYNC, cut.from(), cut.to(), on);
        }
    }

    private void refuse(int host, boolean on) {
        for (Seat seat : world.host(host).seats()) {
            seat.refuses = on ? Action.AddAddress.class : null;
        }
    }

    private void weather(Fault.Weather weather) {
        world.wire().loss = weather.lossPercent() / 100.0;
        world.wire().echo = weather.echoPercent() / 100.0;
        world.wire().jitterNanos = weather.jitterMillis() * Agenda.MILLI;
    }

    /** Everything works again. */
    void mendAll() {
        world.trace().note("world", "all mended");
        world.disturbed(world.now());
        world.wire().mend();
        world.sight().changed();
        for (Host host : world.hosts()) {
            for (Seat seat : host.seats()) {
                seat.refuses = null;
            }
            host.resume();
            host.continueVipd();
            host.boot();
            host.node().become(NodeProcess.State.RUNNING);
            host.link(true);
            host.tellAll(new Event.Drain(false));
            host.tellAll(new Event.Tracked(0, ""));
        }
    }
}
