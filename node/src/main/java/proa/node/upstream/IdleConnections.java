package proa.node.upstream;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Server;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Idle connections of one event loop, by server. The one used last is taken first, so that the
 * others grow old and are closed. One thread.
 *
 * @param <C> the protocol's connection
 */
public final class IdleConnections<C extends IdleConnections.Idle> {

    /** A connection that may wait here. */
    public interface Idle {
        /** The server at its other end. */
        Server server();

        /** Since when it waits; the loop's time. */
        long idleSinceNanos();

        /** Whether it can be used; one that was closed takes itself out only a turn later. */
        boolean isOpen();

        /** Ends it. It takes itself out by {@link IdleConnections#remove}. */
        void close();
    }

    /** The connections of one server; a new configuration may give its index to another. */
    private static final class Slot<C> {
        private Server server;
        private final ArrayDeque<C> connections = new ArrayDeque<>();

        private Slot(Server server) {
            this.server = server;
        }
    }

    private @Nullable Slot<C>[] slots = empty(16);

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <C> @Nullable Slot<C>[] empty(int length) {
        return new Slot[length];
    }

    /**
     * Takes a connection that has waited at most so long, or null.
     *
     * @param sinceNanos those that wait since before this time stay
     */
    public @Nullable C take(Server server, long sinceNanos) {
        Slot<C> slot = server.index() < slots.length ? slots[server.index()] : null;
        if (slot == null || !isOf(slot, server)) {
            return null;
        }
        C connection = slot.connections.peekLast();
        while (connection != null && !connection.isOpen()) {
            slot.connections.removeLast();
            connection = slot.connections.peekLast();
        }
        if (connection == null || connection.idleSinceNanos() - sinceNanos < 0) {
            return null;
        }
        return slot.connections.pollLast();
    }

    /** Keeps a connection: how many there were before, or -1 when those are {@code max}. */
    public int put(C connection, int max) {
        Slot<C> slot = slot(connection.server());
        int before = slot.connections.size();
        if (before >= max) {
            return -1;
        }
        slot.connections.addLast(connection);
        return before;
    }

    private Slot<C> slot(Server server) {
        int index = server.index();
        if (index >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(index + 1, slots.length * 2));
        }
        Slot<C> slot = slots[index];
        if (slot == null) {
            slot = new Slot<>(server);
            slots[index] = slot;
        } else if (!isOf(slot, server)) {
            slot.server = server;
            closeAll(slot);
        }
        return slot;
    }

    private boolean isOf(Slot<C> slot, Server server) {
        return slot.server.identity().equals(server.identity());
    }

    private void closeAll(Slot<C> slot) {
        for (C old = slot.connections.pollFirst();
                old != null;
                old = slot.connections.pollFirst()) {
            old.close();
        }
    }

    /** Closes the connections of a server. */
    public void drop(Server server) {
        Slot<C> slot = server.index() < slots.length ? slots[server.index()] : null;
        if (slot != null && isOf(slot, server)) {
            slots[server.index()] = null;
            closeAll(slot);
        }
    }

    /** Forgets a connection that has ended. */
    public void remove(C connection) {
        int index = connection.server().index();
        Slot<C> slot = index < slots.length ? slots[index] : null;
        if (slot == null) {
            return;
        }
        slot.connections.remove(connection);
    }

    /** Idle connections to that server. */
    public int size(Server server) {
        Slot<C> slot = server.index() < slots.length ? slots[server.index()] : null;
        return slot == null ? 0 : slot.connections.size();
    }
}
