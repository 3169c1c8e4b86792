package proa.chaos.load;

import proa.chaos.load.HttpConnection.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Clients that all connect at once, as after a switch has come back: a connection, one request and
 * its answer each. They count as any other request.
 */
final class StormClients {

    /** So many addresses; each stays far below the rate limit. */
    static final int SOURCES = 1_000;

    private static final long END_SECONDS = 60;

    private final LoadPlan plan;
    private final RequestLog log;
    private CountDownLatch running = new CountDownLatch(0);

    StormClients(LoadPlan plan, RequestLog log) {
        this.plan = plan;
        this.log = log;
    }

    void start(int connections) {
        CountDownLatch all = new CountDownLatch(connections);
        running = all;
        Sources sources = new Sources(plan.sources().storm(), SOURCES);
        InetSocketAddress target = plan.vip(plan.ports().http());
        for (int number = 0; number < connections; number++) {
            InetAddress source = sources.at(number);
            String name = "storm-" + number;
            Thread.ofVirtual()
                    .name(name)
                    .start(
                            () -> {
                                ask(name, source, target);
                                all.countDown();
                            });
        }
    }

    private void ask(String name, InetAddress source, InetSocketAddress target) {
        RequestLog.Entry entry = log.begin(name, false);
        String path = plan.knowsServers() ? "/r/" + entry.id() : plan.asked().path();
        try (HttpConnection connection =
                HttpConnection.open(source, target).named(plan.asked().host())) {
            Response response = connection.get(path, "", true);
            if (response.status() != 200) {
                throw new IOException("status " + response.status());
            }
            if (plan.knowsServers() && !response.header("x-path").equals(path)) {
                log.mixed();
                throw new IOException("another's answer: " + response.header("x-path"));
            }
            entry.answered();
        } catch (IOException e) {
            entry.failed(Pace.why(e));
        }
    }

    /** Waits until every one has had its answer, or none. */
    void await() throws IOException {
        try {
            if (!running.await(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(running.getCount() + " clients of the storm still wait");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
