package proa.node.reload;

import proa.config.service.Reports;
import proa.config.service.ServiceManager;
import proa.node.early.NotifySocket;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells the service manager how this node stands: ready as soon as it answers (what it still lacks
 * is in the status, for a node that waits for its peers must not be taken for one that failed), and
 * alive as long as its event loops turn. Without a service manager there is none of this.
 */
public final class ServiceReports implements AutoCloseable {

    private static final long EVERY_NANOS = 200_000_000;

    private final NotifySocket socket;
    private final Reports reports;
    private final NodeRuntime node;
    private final Thread thread;

    private ServiceReports(ServiceManager manager, NodeRuntime node) {
        this.node = node;
        socket = new NotifySocket(manager);
        reports = new Reports(manager.watchdog());
        thread = Thread.ofPlatform().name("service-reports").daemon().unstarted(this::run);
    }

    /** Begins to report, if somebody listens. */
    public static Optional<ServiceReports> start(
            Map<String, String> environment, NodeRuntime node) {
        Optional<ServiceReports> reports =
                ServiceManager.of(environment, ProcessHandle.current().pid())
                        .map(manager -> new ServiceReports(manager, node));
        reports.ifPresent(ServiceReports::begin);
        return reports;
    }

    private void begin() {
        node.onReload(
                () -> socket.send(Reports.reloading(System.nanoTime())),
                () -> socket.send(Reports.reloaded()));
        thread.start();
    }

    /** Says that a planned stop begins, and goes on reporting that the loops turn. */
    public void stopping() {
        socket.send(Reports.stopping());
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            reports.next(node.answers(), node.live(), status(), System.nanoTime())
                    .ifPresent(socket::send);
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    private String status() {
        List<String> lacking = node.lacking();
        return lacking.isEmpty() ? "ready" : "not ready: " + String.join(", ", lacking);
    }
}
