package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.SpreadingConfig;
import proa.node.exchange.Later;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

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

    /**
     * Who ends at a server that is full gives its place away, after which the next turn comes by
     * itself: one that has a turn but no place is looked at this often.
     */
    private static final long LOOK_NANOS_FULL = 20_000_000;

    /** And no less often. */
    private static final long LOOK_NANOS_MAX = 1_000_000_000;

    private final List<PooledServer> servers;
    private final int max;
    private final boolean limited;
    private final Together together;
    private final WaitingLine line;
    private final Later later;
    private final boolean paced;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean lookingSoon = new AtomicBoolean();
    private volatile boolean retired;

    /** What the configurations of a backend with a limit of all servers together share. */
    private static final class Together {
        final AtomicInteger current = new AtomicInteger();
        final AtomicReference<List<Admission>> lines = new AtomicReference<>(List.of());
    }

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
        together = before == null ? new Together() : before.together;
        max = limits.connections().orElse(UNLIMITED);
        limited = max != UNLIMITED || servers.stream().anyMatch(PooledServer::limited);
        line = new WaitingLine(limits.queue());
        if (limited) {
            servers.forEach(server -> server.admission(this));
        }
        if (max != UNLIMITED) {
            together.lines.updateAndGet(lines -> with(lines, this));
        }
    }

    private static List<Admission> with(List<Admission> lines, Admission one) {
        return Stream.concat(lines.stream(), Stream.of(one)).toList();
    }

    /**
     * Nobody is expected to wait by this configuration any more, and nobody tells it what changes.
     * Who does wait is looked after by time: requests that came before go on to the end here.
     */
    void retire() {
        retired = true;
        together.lines.updateAndGet(
                lines -> lines.stream().filter(line -> !line.equals(this)).toList());
        lookLater();
    }

    /** Whether there is a limit to anything. */
    boolean limited() {
        return limited;
    }

    /** Whether all servers together have as much as they may. */
    boolean full() {
        return max != UNLIMITED && together.current.get() >= max;
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
        if (max == UNLIMITED) {
            return server.take();
        }
        if (!server.hasRoom() || !count()) {
            return false;
        }
        if (server.take()) {
            return true;
        }
        // It was full all the same, and whoever had room elsewhere may have met this count.
        uncount();
        together.lines.get().forEach(Admission::lookSoon);
        return false;
    }

    private boolean count() {
        int before;
        do {
            before = together.current.get();
            if (before >= max) {
                return false;
            }
        } while (!together.current.compareAndSet(before, before + 1));
        return true;
    }

    private void uncount() {
        if (max != UNLIMITED) {
            together.current.decrementAndGet();
        }
    }

    /** Something ended with this server, which does not count it any more. */
    void left(PooledServer server) {
        uncount();
        roomElsewhere(server);
        for (Admission other : together.lines.get()) {
            if (other != this) {
                other.roomElsewhere();
            }
        }
    }

    /** Another configuration has room within the limit of all servers together. */
    private void roomElsewhere() {
        if (line.length() > 0) {
            servers.forEach(this::roomAt);
        }
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
        if ((paced || retired) && line.length() > 0 && looking.compareAndSet(false, true)) {
            later.in(nextTurnNanos(), this::look);
        }
    }

    private void look() {
        if (retired) {
            serversChanged();
        } else {
            servers.forEach(this::roomAt);
        }
        looking.set(false);
        lookLater();
    }

    /** Whoever waits may have been passed over; who joins from now on looks by itself. */
    private void lookSoon() {
        if (line.length() > 0 && lookingSoon.compareAndSet(false, true)) {
            later.in(
                    LOOK_NANOS_MIN,
                    () -> {
                        lookingSoon.set(false);
                        servers.forEach(this::roomAt);
                    });
        }
    }

    private long nextTurnNanos() {
        long next = retired ? LOOK_NANOS_FULL : LOOK_NANOS_MAX;
        for (PooledServer server : servers) {
            Allowance often = server.allowance();
            if (often != null && server.up()) {
                long wait = often.waitNanos();
                next = Math.min(next, wait > 0 || server.hasPlace() ? wait : LOOK_NANOS_FULL);
            }
        }
        // A look of one that is retired asks everybody who waits.
        return Math.max(next, retired ? LOOK_NANOS_FULL : LOOK_NANOS_MIN);
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

    /**
     * Servers have changed. Who has nobody to wait for any more asks anew; all others keep their
     * places in line, and get what room there is.
     */
    void serversChanged() {
        for (Choice choice : line.all()) {
            if (!choice.isWorthWaiting() && line.leave(choice)) {
                choice.askAgain();
            }
        }
        servers.forEach(this::roomAt);
    }
}
