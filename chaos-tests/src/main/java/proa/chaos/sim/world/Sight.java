package proa.chaos.sim.world;

import java.util.ArrayList;
import java.util.List;

/**
 * Which members each node process sees. Whatever changes what can be seen, everybody learns in its
 * own time; who is in sight is those that can exchange messages with it and do not stand.
 */
final class Sight {

    private static final long NOTICE_MILLIS_MIN = 5;
    private static final long NOTICE_MILLIS_MAX = 600;

    private final World world;

    Sight(World world) {
        this.world = world;
    }

    /** Something has begun or ended to work. */
    void changed() {
        if (!world.shape().tables()) {
            return;
        }
        for (Host host : world.hosts()) {
            world.agenda()
                    .after(
                            world.chance().millis(NOTICE_MILLIS_MIN, NOTICE_MILLIS_MAX),
                            () -> look(host));
        }
    }

    private void look(Host host) {
        Replica tables = host.node().replica();
        if (tables == null || !serves(host)) {
            return;
        }
        List<Integer> ids = new ArrayList<>();
        for (Host other : world.hosts()) {
            if (other == host || (serves(other) && world.wire().canSync(host, other))) {
                ids.add(other.id());
            }
        }
        world.replicas().view(tables, ids);
    }

    private static boolean serves(Host host) {
        NodeProcess.State state = host.node().state();
        return host.up()
                && !host.paused()
                && (state == NodeProcess.State.RUNNING || state == NodeProcess.State.STUCK);
    }
}
