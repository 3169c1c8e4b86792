package proa.chaos.kernel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Takes frames in at ports of the switch and sends them out of others later. What it takes the
 * switch itself must drop. One thread runs it; {@link #end} may come from another.
 */
final class Wire {

    /** A second of all that a busy load sends; more is lost, as on any full wire. */
    private static final int HELD_MAX = 200_000;

    private static final int MAC_BYTES = 6;
    private static final int TYPE_AT = PortSocket.HEADER_BYTES + 12;
    private static final int PAYLOAD_AT = PortSocket.HEADER_BYTES + 14;
    private static final int IPV4 = 0x0800;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV6 = 0x86dd;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int TCP = 6;
    private static final int IDLE_MILLIS = 100;

    /** So many in a row from one port, then what is due is sent. */
    private static final int BURST = 64;

    private final List<Route> routes = new ArrayList<>();
    private final Map<String, PortSocket> ports = new LinkedHashMap<>();
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private final RandomGenerator chance;
    private final MemorySegment pollList;
    private long order;
    private volatile boolean open = true;

    /** A rule with what it takes to carry it out. */
    private record Route(WireRule rule, PortSocket from, PortSocket to, byte[] mac) {}

    /** A frame that waits; of two that are due at once the earlier one goes first. */
    private record Held(long dueNanos, long order, PortSocket to, byte[] frame)
            implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            return dueNanos == other.dueNanos
                    ? Long.compare(order, other.order)
                    : Long.signum(dueNanos - other.dueNanos);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Held that && order == that.order;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(order);
        }
    }

    Wire(List<WireRule> rules, RandomGenerator chance) throws IOException {
        this.chance = chance;
        for (WireRule rule : rules) {
            routes.add(
                    new Route(
                            rule,
                            port(rule.from()),
                            port(rule.to()),
                            HexFormat.ofDelimiter(":").parseHex(rule.mac())));
        }
        pollList = Kernel.pollList(ports.values().stream().mapToInt(PortSocket::number).toArray());
    }

    private PortSocket port(String name) throws IOException {
        PortSocket known = ports.get(name);
        if (known == null) {
            known = PortSocket.open(name);
            ports.put(name, known);
        }
        return known;
    }

    /** Until {@link #end}. */
    void run() throws IOException {
        while (open) {
            sendDue(System.nanoTime());
            Kernel.poll(pollList, waitMillis(System.nanoTime()));
            for (PortSocket port : ports.values()) {
                take(port);
            }
        }
    }

    void end() {
        open = false;
    }

    private void sendDue(long now) throws IOException {
        for (Held next = held.peek(); next != null && next.dueNanos <= now; next = held.peek()) {
            held.remove();
            next.to.send(next.frame);
        }
    }

    private int waitMillis(long now) {
        Held next = held.peek();
        return next == null
                ? IDLE_MILLIS
                : Math.clamp(TimeUnit.NANOSECONDS.toMillis(next.dueNanos - now), 0, IDLE_MILLIS);
    }

    private void take(PortSocket port) throws IOException {
        for (int number = 0; number < BURST; number++) {
            byte[] frame = port.receive();
            if (frame.length == 0) {
                return;
            }
            if (frame.length > PAYLOAD_AT + IPV4_PROTOCOL) {
                routes.stream()
                        .filter(route -> route.from == port && matches(route, frame))
                        .forEach(route -> hold(route, frame));
            }
        }
    }

    private static boolean matches(Route route, byte[] frame) {
        int at = PortSocket.HEADER_BYTES;
        boolean many = (frame[at] & 1) != 0;
        boolean his = true;
        for (int octet = 0; octet < MAC_BYTES; octet++) {
            his &= frame[at + octet] == route.mac[octet];
        }
        return (many || his) && (!route.rule.tcpOnly() || isTcp(frame));
    }

    private static boolean isTcp(byte[] frame) {
        int type = (frame[TYPE_AT] & 0xff) << 8 | frame[TYPE_AT + 1] & 0xff;
        return switch (type) {
            case IPV4 -> frame[PAYLOAD_AT + IPV4_PROTOCOL] == TCP;
            case IPV6 -> frame[PAYLOAD_AT + IPV6_NEXT_HEADER] == TCP;
            default -> false;
        };
    }

    private void hold(Route route, byte[] frame) {
        long now = System.nanoTime();
        int copies = route.rule.twice(chance) ? 2 : 1;
        for (int copy = 0; copy < copies && held.size() < HELD_MAX; copy++) {
            held.add(new Held(now + route.rule.holdNanos(chance), order++, route.to, frame));
        }
    }
}
