package proa.cluster.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.testing.Patience;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One member of a trio as a process of its own, which tests start, load and kill. It is told what
 * to do on its standard input, a word a line, and answers a line each.
 */
final class SessionMember {

    private static final int WRITERS = 16;
    private static final int VALUE_BYTES = 512;
    private static final Duration READ_MOST = Duration.ofMinutes(1);

    private final HazelcastSessions store;
    private final String name;
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    /** Given up after as long as a call waits; a client writes again. */
    private final AtomicLong late = new AtomicLong();

    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean writing;

    private SessionMember(HazelcastSessions store, String name) {
        this.store = store;
        this.name = name;
    }

    /** Arguments: cluster name, engine port, node name. */
    public static void main(String[] arguments) throws Exception {
        HazelcastSessions store =
                HazelcastSessions.start(
                        TestCluster.config(3, arguments[0], Integer.parseInt(arguments[1])),
                        arguments[2],
                        Optional.empty(),
                        new TestCluster.Everybody());
        SessionMember member = new SessionMember(store, arguments[2]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String word = in.readLine(); word != null; word = in.readLine()) {
            System.out.println(member.told(word));
        }
        Runtime.getRuntime().halt(0);
    }

    /** Starts one; what it says goes where this process's errors go. */
    static Process process(String cluster, int enginePort, String node) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SessionMember.class.getName(),
                        cluster,
                        Integer.toString(enginePort),
                        node)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private String told(String word) throws InterruptedException {
        return switch (word) {
            case "members" -> Integer.toString(store.members());
            case "settled" -> Boolean.toString(store.settled());
            case "write" -> write();
            case "longest" -> longestNanos.getAndSet(0) / 1_000_000 + " " + late.getAndSet(0);
            case "written" -> Integer.toString(acknowledged.size());
            case "stop" -> stop();
            case "verify" -> verify();
            default -> "what?";
        };
    }

    private String write() {
        writing = true;
        for (int at = 0; at < WRITERS; at++) {
            int writer = at;
            writers.add(Thread.ofVirtual().start(() -> writeOn(writer)));
        }
        return "writing";
    }

    private void writeOn(int writer) {
        for (int turn = 0; writing; turn++) {
            String key = name + ":" + writer + ":" + turn % 500;
            String value = turn + ":" + "x".repeat(VALUE_BYTES);
            long began = System.nanoTime();
            try {
                store.set(key, value.getBytes(UTF_8), 600_000, SessionStore.Condition.ALWAYS);
                acknowledged.put(key, value);
            } catch (SessionException.Unavailable | SessionException.Unknown e) {
                acknowledged.remove(key); // it may be what was written now
                late.incrementAndGet();
                System.err.println(name + ": " + e);
            } catch (SessionException e) {
                errors.incrementAndGet();
                System.err.println(name + ": " + e);
            }
            longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        }
    }

    private String stop() throws InterruptedException {
        writing = false;
        for (Thread writer : writers) {
            writer.join();
        }
        return longestNanos.get() / 1_000_000 + " " + errors.get() + " " + acknowledged.size();
    }

    /** How many acknowledged writes cannot be read back. */
    private String verify() {
        long lost =
                acknowledged.entrySet().stream()
                        .filter(entry -> !readsBack(entry.getKey(), entry.getValue()))
                        .count();
        return Long.toString(lost);
    }

    private boolean readsBack(String key, String value) {
        Patience patience = new Patience(READ_MOST);
        while (!patience.isOver()) {
            try {
                byte[] found = store.get(key);
                return found != null && new String(found, UTF_8).equals(value);
            } catch (SessionException e) {
                System.err.println(name + ": " + e); // asked again
            }
        }
        return false;
    }
}
