package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.SpreadingConfig;
import proa.node.exchange.Later;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much the servers of one pool may have, and who waits when they have it. Who ends hands its
 * place over to the first in line, so that nobody who comes later takes it. Any thread; lock-free.
 *
 * <p>A pool without limits counts nothing here.
 */
final class Admission {

    private static final int UNLIMITED = Integer.MAX_VALUE;

    /** Those in line are looked after no more often than this because of rates. */
    private static final long LOOK_NANOS_MIN = 2_000_000;

    /** And no less often. */
    private static final long LOOK_NANOS_MAX = 1_000_000_000;

    private final List<PooledServer> servers;
    private final int max;
    private final boolean limited;
    private final AtomicInteger current;
    private final WaitingLine line;
    private final Later later;
    private final boolean paced;
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * Admits to the servers of a pool.
     *
     * @param before of the same pool in the configuration before, which goes on counting; or null
     * @param later looks after those in line when a server with a rate has its next turn
     */
    Admission(
            List<PooledServer> servers,
            SpreadingConfig.Limits limits,
            @Nullable Admission before,
            Later later) {
        this.servers = servers;
        this.later = later;
        paced = servers.stream().anyMatch(server -> server.allowance() != null);
        current = before == null ? new AtomicInteger() : before.current;
        max = limits.connections().orElse(UNLIMITED);
        limited = max != UNLIMITED || servers.stream().anyMatch(PooledServer::limited);
        line = new WaitingLine(limits.queue());
        if (limited) {
            servers.forEach(server -> server.admission(this));
        }
    }

    /** Whether there is a limit to anything. */
    boolean limited() {
        return limited;
    }

    /** Whether all servers together have as much as they may. */
    boolean full() {
        return max != UNLIMITED && current.get() >= max;
    }

    /** Whether nobody else may wait. */
    boolean lineIsFull() {
        return line.isFull();
    }

    /** Requests or connections that wait now. */
    int waiting() {
        return line.length();
    }

    /** Counts one more with this server; false when there is no room. */
    boolean take(PooledServer server) {
        if (!count()) {
            return false;
        }
        if (server.take()) {
            return true;
        }
        uncount();
        return false;
    }

    private boolean count() {
        if (max == UNLIMITED) {
            return true;
        }
        int before;
        do {
            before = current.get();
            if (before >= max) {
                return false;
            }
        } while (!current.compareAndSet(before, before + 1));
        return true;
    }

    private void uncount() {
        if (max != UNLIMITED) {
            current.decrementAndGet();
        }
    }

    /** Something ended with this server, which does not count it any more. */
    void left(PooledServer server) {
        uncount();
        roomElsewhere(server);
    }

    /** Something ended with this server that another configuration counts. */
    void roomElsewhere(PooledServer server) {
        if (line.length() == 0) {
            return;
        }
        if (max == UNLIMITED) {
            roomAt(server);
        } else {
            servers.forEach(this::roomAt);
        }
    }

    /**
     * Puts one in line; false when it is full. What changed before it was in line is looked at
     * afterwards: whoever made room or took a server out may have seen nobody.
     */
    boolean join(Choice choice) {
        if (!line.join(choice)) {
            return false;
        }
        servers.forEach(this::roomAt);
        if (!choice.isWorthWaiting() && line.leave(choice)) {
            choice.askAgain();
        }
        lookLater();
        return true;
    }

    /** While somebody waits, one look is always to come: turns come by themselves. */
    private void lookLater() {
        if (paced && line.length() > 0 && looking.compareAndSet(false, true)) {
            later.in(nextTurnNanos(), this::look);
        }
    }

    private void look() {
        servers.forEach(this::roomAt);
        looking.set(false);
        lookLater();
    }

    private long nextTurnNanos() {
        long next = LOOK_NANOS_MAX;
        for (PooledServer server : servers) {
            Allowance often = server.allowance();
            if (often != null && server.up() && server.hasPlace()) {
                next = Math.min(next, often.waitNanos());
            }
        }
        return Math.max(next, LOOK_NANOS_MIN);
    }

    /** Takes one out of line; false when its turn has come already. */
    boolean leave(Choice choice) {
        return line.leave(choice);
    }

    /** Gives what room a server has to those who wait. */
    void roomAt(PooledServer server) {
        for (Choice first = line.firstFor(server);
                first != null && take(server);
                first = line.firstFor(server)) {
            if (line.leave(first)) {
                first.granted(server);
            } else {
                server.giveBack();
            }
        }
    }

    /** Everybody in line asks anew: who was waited for may be gone. */
    void askAgain() {
        for (Choice choice : line.all()) {
            if (line.leave(choice)) {
                choice.askAgain();
            }
        }
    }
}
