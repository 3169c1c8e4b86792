package proa.node.health;

import org.jspecify.annotations.Nullable;

import proa.config.HealthConfig.Passive;

import java.util.ArrayList;
import java.util.List;

/**
 * Which servers of one backend are out because they failed live traffic.
 *
 * <pre>
 *        failures within the window           out is over               within the window,
 *   In ─────────────────────────────▶ Out(n) ─────────────▶ OnTrial(n) ──── no failure ────▶ In
 *                                       ▲                       │
 *                                       └──── one failure ──────┘  n + 1: twice as long
 * </pre>
 *
 * <p>A server that fails again soon after its return stays out longer each time, so that one that
 * flaps costs fewer and fewer requests. Nobody is taken out when more servers than the configured
 * share would be unavailable: failures that hit most servers are probably not the servers' fault,
 * and clients can cause failures too. Used by one thread.
 */
public final class Ejections {

    /** Doubling ends here; the configured maximum is far below. */
    private static final int DOUBLINGS_MAX = 20;

    /** What is worth a line in the log, and for the pool to know. */
    public sealed interface Notice {
        /** The server of that index is out, for this long, the how many-th time in a row. */
        record Ejected(int server, long forNanos, int times) implements Notice {}

        /** It would be, but too many are unavailable already. */
        record Kept(int server) implements Notice {}

        /** It is back. */
        record Returned(int server) implements Notice {}
    }

    private final Passive config;
    private final int ejectedMax;
    private final Server[] servers;
    private int ejected;

    /**
     * All are in.
     *
     * @param servers how many the backend has
     */
    public Ejections(Passive config, int servers) {
        this.config = config;
        this.ejectedMax = servers * config.ejectedMaxPercent() / 100;
        this.servers = new Server[servers];
        for (int index = 0; index < servers; index++) {
            this.servers[index] = new Server(config.failures());
        }
    }

    /**
     * Goes on with other servers.
     *
     * @param before what is known so far; not used any more
     * @param from for each server its index there, or −1 for one that is new
     */
    public static Ejections following(Passive config, Ejections before, int[] from) {
        Ejections after = new Ejections(config, from.length);
        for (int index = 0; index < from.length; index++) {
            if (from[index] >= 0) {
                after.servers[index].take(before.servers[from[index]]);
                after.ejected += after.servers[index].out ? 1 : 0;
            }
        }
        return after;
    }

    /**
     * A server failed live traffic.
     *
     * @param unavailable servers that are unavailable for other reasons, this one not counted
     */
    public @Nullable Notice failed(int index, int unavailable, long nowNanos) {
        Server server = servers[index];
        if (server.out || !server.tooMany(nowNanos)) {
            return null;
        }
        if (ejected + unavailable + 1 > ejectedMax) {
            return server.keep() ? new Notice.Kept(index) : null;
        }
        ejected++;
        return new Notice.Ejected(index, server.eject(nowNanos), server.times);
    }

    /** Lets back in whoever has been out long enough. */
    public List<Notice.Returned> expire(long nowNanos) {
        List<Notice.Returned> returned = new ArrayList<>();
        for (int index = 0; index < servers.length; index++) {
            Server server = servers[index];
            if (server.out && nowNanos - server.untilNanos >= 0) {
                server.comeBack(nowNanos);
                ejected--;
                returned.add(new Notice.Returned(index));
            }
        }
        return returned;
    }

    /** Nanoseconds until {@link #expire} has something to do; {@code most} if that is longer. */
    public long nanosToReturn(long nowNanos, long most) {
        long left = most;
        for (Server server : servers) {
            if (server.out) {
                left = Math.min(left, server.untilNanos - nowNanos);
            }
        }
        return Math.max(0, left);
    }

    /** How many are out. */
    public int ejected() {
        return ejected;
    }

    /** One server; times are of its last failures, the oldest at {@code next}. */
    private final class Server {
        private final long[] failedNanos;
        private int known;
        private int next;
        private boolean out;
        private long untilNanos;
        private int times;
        private boolean onTrial;
        private long returnedNanos;
        private boolean kept;

        Server(int failures) {
            failedNanos = new long[failures];
        }

        /** Failures are counted anew; who is out stays out as long as was said. */
        void take(Server was) {
            out = was.out;
            untilNanos = was.untilNanos;
            times = was.times;
            onTrial = was.onTrial;
            returnedNanos = was.returnedNanos;
            kept = was.kept;
        }

        /** Notes a failure; whether it is one too many. */
        boolean tooMany(long nowNanos) {
            if (onTrial && nowNanos - returnedNanos > config.within().toNanos()) {
                acquit();
            }
            failedNanos[next] = nowNanos;
            next = (next + 1) % failedNanos.length;
            known = Math.min(known + 1, failedNanos.length);
            long oldest = failedNanos[next];
            return onTrial
                    || known == failedNanos.length
                            && nowNanos - oldest <= config.within().toNanos();
        }

        private void acquit() {
            onTrial = false;
            times = 0;
        }

        /** Whether it is news that it stays although it fails. */
        boolean keep() {
            boolean news = !kept;
            kept = true;
            known = 0;
            return news;
        }

        long eject(long nowNanos) {
            times++;
            long forNanos = outNanos();
            untilNanos = nowNanos + forNanos;
            out = true;
            onTrial = false;
            kept = false;
            known = 0;
            return forNanos;
        }

        private long outNanos() {
            long most = config.outMax().toNanos();
            int doublings = Math.min(times - 1, DOUBLINGS_MAX);
            return Math.min(most, config.out().toNanos() << doublings);
        }

        void comeBack(long nowNanos) {
            out = false;
            onTrial = true;
            returnedNanos = nowNanos;
        }
    }
}
