package proa.node.admin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Connections whose request has not come yet, or whose answer is taken, in the order in which they
 * became so. Nothing is lost when one of them is closed. Any thread.
 */
final class IdleConnections {

    private static final Logger LOG = LoggerFactory.getLogger(IdleConnections.class);

    private final Set<Socket> idle = new LinkedHashSet<>(); // guarded by this

    synchronized void add(Socket connection) {
        idle.add(connection);
    }

    synchronized void remove(Socket connection) {
        idle.remove(connection);
    }

    /** Closes the one that has been here for longest, if there is one. */
    void closeOldest() {
        Socket oldest;
        synchronized (this) {
            if (idle.isEmpty()) {
                return;
            }
            oldest = idle.iterator().next();
            idle.remove(oldest);
        }
        try {
            oldest.close();
        } catch (IOException e) {
            LOG.debug("admin: an idle connection", e);
        }
    }
}
