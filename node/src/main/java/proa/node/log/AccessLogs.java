package proa.node.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.LogConfig;
import proa.config.LogConfig.Format;
import proa.config.LogConfig.Target;
import proa.config.RecordOptions;
import proa.node.line.Beginning;
import proa.node.line.LineFormat;
import proa.node.line.LineFormat.Surroundings;
import proa.node.record.AccessLog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/**
 * All access logs of a node. Event loops put lines into rings without waiting; one thread takes
 * them to where they go. Frontends that log to the same place share it. A place stays open until
 * the node ends, for connections that still log there after a reload.
 */
public final class AccessLogs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLogs.class);

    /** A configuration of 1 MiB has fewer; reloads that invent new ones come to an end here. */
    private static final int DESTINATIONS_MAX = 256;

    private static final long IDLE_NANOS = 10_000_000;
    private static final int STOP_SECONDS = 2;

    private final String host;
    private final ZoneId zone;
    private final Map<Target, Destination> destinations = new ConcurrentHashMap<>();
    private volatile IntSupplier nodeConnections = () -> 0;
    private volatile ToIntFunction<String> frontendConnections = _ -> 0;
    private volatile boolean reopen;
    private volatile boolean closing;
    private boolean broken; // the writer's
    private @Nullable Thread writer; // guarded by this

    /**
     * None yet.
     *
     * @param host this node, in the lines of syslog
     */
    public AccessLogs(String host, ZoneId zone) {
        this.host = host;
        this.zone = zone;
    }

    /** From now on these tell how many connections there are, of the node and of a frontend. */
    public void follow(IntSupplier ofNode, ToIntFunction<String> ofFrontend) {
        nodeConnections = ofNode;
        frontendConnections = ofFrontend;
    }

    /**
     * The log of a frontend, by event loop.
     *
     * @throws IOException when it cannot be written, in an operator's words
     */
    public Function<Object, @Nullable AccessLog> of(String frontend, RecordOptions records)
            throws IOException {
        Optional<LogConfig> config = records.log();
        if (config.isEmpty()) {
            return _ -> null;
        }
        LogConfig log = config.get();
        Destination to = destination(frontend, log.target());
        Map<Object, LoopLog> byLoop = new ConcurrentHashMap<>();
        return loop -> byLoop.computeIfAbsent(loop, _ -> log(frontend, records, log, to, loop));
    }

    private LoopLog log(
            String frontend, RecordOptions records, LogConfig config, Destination to, Object loop) {
        List<String> fields = LineFormat.fields(config.format(), config.fields());
        Surroundings around =
                new Surroundings(
                        zone,
                        () -> nodeConnections.getAsInt(),
                        () -> frontendConnections.applyAsInt(frontend),
                        records.requestId().isPresent());
        return new LoopLog(
                LineFormat.of(config.format(), fields, around),
                beginning(config),
                to.ring(loop),
                to.counters(),
                new LoopLog.Choosing(config.every(), config.empty()),
                fields);
    }

    private Beginning beginning(LogConfig config) {
        long process = ProcessHandle.current().pid();
        boolean classic =
                config.format() instanceof Format.Httplog
                        || config.format() instanceof Format.Tcplog;
        return switch (config.target()) {
            case Target.Network(_, var as) -> Beginning.of(as, zone, host, process);
            case Target.Local(_, var as) -> Beginning.of(as, zone, host, process);
            case Target.File _, Target.Stdout _ ->
                    classic ? Beginning.ofFile(zone, host, process) : Beginning.none();
        };
    }

    private synchronized Destination destination(String frontend, Target target)
            throws IOException {
        Destination known = destinations.get(target);
        if (known != null) {
            return known;
        }
        if (destinations.size() >= DESTINATIONS_MAX) {
            throw new IOException("more than " + DESTINATIONS_MAX + " places to log to");
        }
        try {
            Destination made = new Destination(name(target), sink(target));
            destinations.put(target, made);
            start();
            return made;
        } catch (IOException e) {
            throw new IOException(
                    "frontend " + frontend + " cannot log to " + name(target) + ": " + words(e), e);
        }
    }

    private static String words(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "there is no such folder";
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static Sink sink(Target target) throws IOException {
        return switch (target) {
            case Target.Stdout _ -> new StreamSink(new FileOutputStream(FileDescriptor.out));
            case Target.File(var path) -> new FileSink(path);
            case Target.Network(var address, _) -> new UdpSink(address);
            case Target.Local(var path, _) -> new LocalSink(path);
        };
    }

    private static String name(Target target) {
        return switch (target) {
            case Target.Stdout _ -> "stdout";
            case Target.File(var path) -> path.toString();
            case Target.Network(var address, _) ->
                    address.getAddress().getHostAddress() + ":" + address.getPort();
            case Target.Local(var path, _) -> path.toString();
        };
    }

    private void start() {
        if (writer == null) {
            writer = Thread.ofPlatform().daemon().name("access-log").start(this::write);
        }
    }

    private void write() {
        while (!closing) {
            if (!round()) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
        while (round()) {
            LOG.trace("what still waits is written");
        }
    }

    private boolean round() {
        boolean anew = reopen;
        if (anew) {
            reopen = false;
        }
        boolean any = false;
        for (Destination each : destinations.values()) {
            any |= works(each, anew);
        }
        return any;
    }

    /** The thread writes for all: a defect of one place, or no memory for it, must not end it. */
    private boolean works(Destination to, boolean anew) {
        try {
            return to.work(anew, System.nanoTime());
        } catch (RuntimeException | Error e) {
            if (!broken) {
                LOG.error("access logs: a defect while lines were written; told once", e);
            }
            broken = true;
            return false;
        }
    }

    /** Looks at once whether files have been renamed; on SIGUSR1. */
    public void reopen() {
        reopen = true;
    }

    /** What became of lines, by where they go. */
    public Map<String, LogCounters> counters() {
        Map<String, LogCounters> counters = new java.util.TreeMap<>();
        destinations.forEach((target, to) -> counters.put(name(target), to.counters()));
        return counters;
    }

    /**
     * Writes what still waits. What a destination does not take within {@value #STOP_SECONDS} s is
     * lost: closing a file waits for whoever writes to it, and a disk that hangs must not hold up
     * the end of the process.
     */
    @Override
    public void close() {
        closing = true;
        Thread ended;
        synchronized (this) {
            ended = writer;
        }
        if (ended != null) {
            LockSupport.unpark(ended);
            try {
                ended.join(Duration.ofSeconds(STOP_SECONDS));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            if (ended.isAlive()) {
                LOG.warn("access logs: what waits is lost, for writing it takes too long");
                return;
            }
        }
        destinations.values().forEach(Destination::close);
    }
}
