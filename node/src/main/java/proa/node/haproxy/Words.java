package proa.node.haproxy;

import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.haproxy.Figures.Server;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Proa's states in HAProxy's words. */
final class Words {

    /** Bits of {@code srv_admin_state}: by a command. */
    private static final int MAINTENANCE_BY_COMMAND = 1;

    private static final int DRAIN_BY_COMMAND = 8;

    /** Values of {@code srv_op_state}. */
    private static final int STOPPED = 0;

    private static final int RUNNING = 2;

    private Words() {}

    static String status(Server server) {
        if (server.order() == Order.MAINTENANCE) {
            return "MAINT";
        }
        if (!server.up()) {
            return "DOWN";
        }
        if (server.order() == Order.DRAIN || server.weight() == 0) {
            return "DRAIN";
        }
        return server.checked() || server.health() != Health.UP ? "UP" : "no check";
    }

    static int operation(Server server) {
        return server.up() ? RUNNING : STOPPED;
    }

    static int administration(Server server) {
        return switch (server.order()) {
            case READY -> 0;
            case DRAIN -> DRAIN_BY_COMMAND;
            case MAINTENANCE -> MAINTENANCE_BY_COMMAND;
        };
    }

    static String address(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host)
                + ":"
                + address.getPort();
    }
}
