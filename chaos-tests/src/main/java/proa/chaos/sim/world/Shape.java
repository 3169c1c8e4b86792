package proa.chaos.sim.world;

import proa.config.GroupConfig;
import proa.config.Timing;

import java.time.Duration;

/**
 * What a world is made of.
 *
 * @param nodes hosts, {@value #NODES_MIN} to {@value #NODES_MAX}
 * @param groups traffic groups, 1 to {@value #GROUPS_MAX}; each prefers another host
 * @param timing the profile that all times of the addresses derive from
 * @param failback whether a preferred host takes its groups back
 * @param mesh whether hosts also talk over a mesh; false: plain VRRP routers
 * @param tables whether node processes share tables, and clients use them
 */
public record Shape(
        int nodes,
        int groups,
        Timing timing,
        GroupConfig.Failback failback,
        boolean mesh,
        boolean tables) {

    /** Fewer hosts have nobody to fail over to. */
    public static final int NODES_MIN = 2;

    /** More than a cluster may have; the machines promise the same to that many. */
    public static final int NODES_MAX = 7;

    /** Enough for every host to own some. */
    public static final int GROUPS_MAX = 16;

    public Shape {
        if (nodes < NODES_MIN || nodes > NODES_MAX || groups < 1 || groups > GROUPS_MAX) {
            throw new IllegalArgumentException(nodes + " nodes, " + groups + " groups");
        }
    }

    /** What a seed stands for: one in three takes groups back at once. */
    public static Shape of(long seed, int nodes, int groups, Timing timing, boolean tables) {
        GroupConfig.Failback failback =
                seed % 3 == 0
                        ? new GroupConfig.Failback.AtOnce()
                        : new GroupConfig.Failback.Never();
        return new Shape(nodes, groups, timing, failback, true, tables);
    }

    /** Plain VRRP routers with one group. */
    public static Shape plainRouters(int nodes, GroupConfig.Failback failback) {
        return new Shape(nodes, 1, Timing.LAB, failback, false, false);
    }

    Duration advertInterval() {
        return timing.advertInterval();
    }

    /** The priority of a host for a group in the file: each group prefers another one. */
    int priority(int group, int host) {
        int rank = Math.floorMod(host - group, nodes);
        return 250 - 10 * rank;
    }
}
