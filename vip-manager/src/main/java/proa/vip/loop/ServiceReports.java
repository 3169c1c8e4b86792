package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.service.Reports;
import proa.config.service.ServiceManager;
import proa.vip.linux.NotifySocket;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells the service manager how vipd stands. The loop itself speaks, so that a loop that stands
 * still is silent; without a service manager there is nothing to do.
 */
final class ServiceReports implements AutoCloseable {

    /** The status is put together this often. */
    private static final long EVERY_NANOS = 1_000_000_000L;

    private final @Nullable NotifySocket socket;
    private final Reports reports;
    private long lookedNanos = System.nanoTime() - EVERY_NANOS;

    private ServiceReports(@Nullable NotifySocket socket, Reports reports) {
        this.socket = socket;
        this.reports = reports;
    }

    /** Reports to whoever the environment names, or to nobody. */
    static ServiceReports open(Map<String, String> environment, Journal journal) {
        Optional<ServiceManager> manager =
                ServiceManager.of(environment, ProcessHandle.current().pid());
        try {
            if (manager.isPresent()) {
                Reports reports = new Reports(manager.get().watchdog());
                return new ServiceReports(NotifySocket.open(manager.get()), reports);
            }
        } catch (IOException e) {
            journal.warn("the service manager hears nothing: " + e.getMessage());
        }
        return new ServiceReports(null, new Reports(Duration.ZERO));
    }

    /** The loop has turned; used by its thread. */
    void turn(Supplier<String> status, long nowNanos) {
        if (socket == null || nowNanos - lookedNanos < EVERY_NANOS) {
            return;
        }
        lookedNanos = nowNanos;
        reports.next(true, true, status.get(), nowNanos).ifPresent(socket::send);
    }

    /** A planned stop begins; from any thread. */
    void stopping() {
        if (socket != null) {
            socket.send(Reports.stopping());
        }
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
