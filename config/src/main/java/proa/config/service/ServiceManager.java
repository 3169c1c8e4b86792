package proa.config.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Who started this process and wants to hear from it, as its environment says ({@code
 * sd_notify(3)}, {@code sd_watchdog_enabled(3)}).
 *
 * @param path of the datagram socket it listens on, at most {@value #PATH_BYTES_MAX} bytes; one
 *     that begins with @ is an abstract address
 * @param watchdog it ends a process that is silent for this long; zero: it does not watch
 */
public record ServiceManager(String path, Duration watchdog) {

    /** The kernel's limit ({@code unix(7)}), less the terminating zero. */
    static final int PATH_BYTES_MAX = 107;

    public ServiceManager {
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (!(path.startsWith("/") || path.startsWith("@")) || bytes > PATH_BYTES_MAX) {
            throw new IllegalArgumentException("not the address of a socket: " + path);
        }
        if (watchdog.isNegative()) {
            throw new IllegalArgumentException("a watchdog of " + watchdog);
        }
    }

    /**
     * Reads {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC} and {@code WATCHDOG_PID}.
     *
     * @param environment of this process
     * @param pid this process, which the watchdog may not be meant for
     * @return empty when nobody listens, or not on a Unix socket
     */
    public static Optional<ServiceManager> of(Map<String, String> environment, long pid) {
        String path = environment.getOrDefault("NOTIFY_SOCKET", "");
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        boolean known = path.startsWith("/") || path.startsWith("@");
        if (!known || bytes > PATH_BYTES_MAX) {
            return Optional.empty();
        }
        return Optional.of(new ServiceManager(path, watchdog(environment, pid)));
    }

    /** The socket's {@code sun_path}: a name with its terminating zero, or an abstract one. */
    public byte[] address() {
        boolean isAbstract = path.startsWith("@");
        String bytes = isAbstract ? '\0' + path.substring(1) : path + '\0';
        return bytes.getBytes(StandardCharsets.UTF_8);
    }

    private static Duration watchdog(Map<String, String> environment, long pid) {
        long micros = number(environment.getOrDefault("WATCHDOG_USEC", ""));
        String meant = environment.getOrDefault("WATCHDOG_PID", "");
        return meant.isEmpty() || number(meant) == pid
                ? Duration.ofNanos(Math.multiplyExact(micros, 1_000L))
                : Duration.ZERO;
    }

    /** A number of at most 15 digits, so that it is one in nanoseconds as well; else 0. */
    private static long number(String text) {
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }
}
