package proa.cluster.member;

import static java.nio.charset.StandardCharsets.US_ASCII;

import proa.cluster.tables.TableKey;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One member of a trio as a process of its own, which {@link OverloadTest} starts. When it is told
 * a time of the machine's monotonic clock, it asks two limits for one client at that pace, and
 * prints the times at which each admitted.
 */
final class LimitProcess {

    static final int LIMIT = 1_000;
    static final Duration WINDOW = Duration.ofSeconds(10);

    /** Ten times the limit, over three nodes. */
    static final long PACE_NANOS = WINDOW.toNanos() * 3 / (10 * LIMIT);

    /** Past the moment at which the first requests leave the window. */
    static final long LASTS_NANOS = WINDOW.toNanos() * 5 / 4;

    static final long WARM_UP_NANOS = 2_000_000_000L;

    private static final TableKey CLIENT = Trio.key(1);

    private LimitProcess() {}

    /** Arguments: prefix of the addresses, node name, incarnation, folder of certificates. */
    public static void main(String[] arguments) throws Exception {
        String node = arguments[1];
        Member member =
                ClusterMember.start(
                        Trio.config(
                                arguments[0],
                                3,
                                List.of(
                                        Trio.counter("approximate", WINDOW),
                                        Trio.counter("strict", WINDOW))),
                        node,
                        Long.parseLong(arguments[2]),
                        Optional.of(Certificates.read(Path.of(arguments[3]), node)));
        Trio.await(
                "all together", () -> member.view().members().size() == 3 && member.synchronised());
        System.out.println("ready");
        warmUp(member);
        long start = Long.parseLong(new String(System.in.readNBytes(20), US_ASCII).trim());
        offer(member, start);
        System.out.println("lag " + lagMillis(member.statusJson()));
        System.out.println("end");
        System.out.flush();
        while (System.in.read() >= 0) {
            // until the test ends, which closes its side
        }
        Runtime.getRuntime().halt(0);
    }

    /** What is compiled on the way must not be part of the figures. */
    private static void warmUp(Member member) {
        Limiter limiter =
                member.limiter(new Limit("approximate", "requests", LIMIT, Limit.Mode.APPROXIMATE));
        long end = System.nanoTime() + WARM_UP_NANOS;
        for (int n = 0; System.nanoTime() < end; n++) {
            limiter.admit(Trio.key(1_000 + n % 500));
            LockSupport.parkNanos(PACE_NANOS / 4);
        }
    }

    private static String lagMillis(String status) {
        String name = "\"lagP99Millis\":";
        int from = status.indexOf(name) + name.length();
        return status.substring(from, status.indexOf(',', from));
    }

    private static void offer(Member member, long start) {
        Limiter approximate =
                member.limiter(new Limit("approximate", "requests", LIMIT, Limit.Mode.APPROXIMATE));
        Limiter strict = member.limiter(new Limit("strict", "requests", LIMIT, Limit.Mode.STRICT));
        List<String> admitted = new ArrayList<>();
        for (long due = start; due < start + LASTS_NANOS; due += PACE_NANOS) {
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            if (approximate.admit(CLIENT) >= 0) {
                admitted.add("approximate " + System.nanoTime());
            }
            if (strict.admit(CLIENT) >= 0) {
                admitted.add("strict " + System.nanoTime());
            }
        }
        admitted.forEach(System.out::println);
    }
}
