package proa.chaos.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** TCP clients that must keep their server by their source address: one sticky key each. */
final class StickyClients {

    private static final double CONNECTIONS_PER_SECOND = 30;
    private static final int WORKERS = 8;

    /** A connection that breaks says nothing about where it leads. */
    private static final int TRIES = 3;

    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final LoadPlan plan;
    private final Pace pace;
    private final Map<Integer, String> servers = new ConcurrentHashMap<>();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile String lastError = "";

    StickyClients(LoadPlan plan, Pace pace) {
        this.plan = plan;
        this.pace = pace;
    }

    /** Connects from so many sources through the floating address; how many could not. */
    int fill(int count) {
        if (!plan.hasSticky()) {
            return 0;
        }
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        InetSocketAddress target = plan.vip(plan.ports().echo());
        Parallel.run(
                WORKERS,
                _ -> {
                    for (int at = next.getAndIncrement();
                            at < count && failures.get() < 10;
                            at = next.getAndIncrement()) {
                        try {
                            servers.put(at, server(at, target));
                        } catch (IOException e) {
                            lastError = Pace.why(e);
                            failures.incrementAndGet();
                        }
                    }
                });
        return failures.get();
    }

    String lastError() {
        return lastError;
    }

    int known() {
        return servers.size();
    }

    /** Old clients come again, at random. */
    void start() {
        if (plan.hasSticky()) {
            pace.run("sticky", CONNECTIONS_PER_SECOND, 0, this::comeAgain);
        }
    }

    private void comeAgain() {
        if (servers.isEmpty()) {
            return;
        }
        int source = ThreadLocalRandom.current().nextInt(servers.size());
        connections.incrementAndGet();
        try {
            String server = server(source, plan.vip(plan.ports().echo()));
            if (!server.equals(servers.get(source))) {
                moved.incrementAndGet();
            }
        } catch (IOException _) {
            failed.incrementAndGet();
        }
    }

    LoadReport.Sticky report() {
        return new LoadReport.Sticky(connections.get(), moved.get(), failed.get());
    }

    /** Every source connects to one node's own address; how many, and how many were moved. */
    Back readBack(String node, List<String> examples) {
        if (!plan.hasSticky()) {
            return Back.NOTHING;
        }
        List<Map.Entry<Integer, String>> all = List.copyOf(servers.entrySet());
        AtomicInteger next = new AtomicInteger();
        Back.Count count = new Back.Count();
        InetSocketAddress target = plan.node(node, plan.ports().nodeEcho());
        Parallel.run(
                WORKERS,
                _ -> {
                    for (int at = next.getAndIncrement();
                            at < all.size();
                            at = next.getAndIncrement()) {
                        int source = all.get(at).getKey();
                        String before = all.get(at).getValue();
                        if (!count.skip()) {
                            ask(source, before, target, count, examples);
                        }
                    }
                });
        return count.of(all.size());
    }

    private void ask(
            int source,
            String before,
            InetSocketAddress target,
            Back.Count count,
            List<String> examples) {
        String now;
        try {
            now = patiently(source, target);
            if (!now.equals(before)) {
                count.wrong();
            }
        } catch (IOException e) {
            count.failed(e);
            now = Pace.why(e);
        }
        if (!now.equals(before)) {
            SessionClients.note(examples, "source " + source + ": " + before + " → " + now);
        }
    }

    private String patiently(int source, InetSocketAddress target) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return server(source, target);
            } catch (IOException e) {
                if (tries >= TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    /** The name that the echo server says first; then a word there and back. */
    private String server(int source, InetSocketAddress target) throws IOException {
        Sources sources = new Sources(plan.sources().sticky(), 1 << 14);
        try (Socket socket = HttpConnection.connect(sources.at(source), target);
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.US_ASCII))) {
            String name = in.readLine();
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            String echoed = in.readLine();
            if (name == null || !"hello".equals(echoed)) {
                throw new IOException("closed without an echo");
            }
            // The reset spares the port that TIME_WAIT would hold.
            socket.setSoLinger(true, 0);
            return name;
        }
    }
}
