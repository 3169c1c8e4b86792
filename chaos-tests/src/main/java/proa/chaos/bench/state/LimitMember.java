package proa.chaos.bench.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import proa.cluster.member.ClusterMember;
import proa.cluster.member.Limit;
import proa.cluster.member.Limiter;
import proa.cluster.member.Member;
import proa.config.ProaConfig;
import proa.config.TableConfig;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One member of a trio as a process of its own, which {@link OverAdmissionBench} starts. When it is
 * told a time of the machine's monotonic clock, it asks two limits for one client at that pace, and
 * prints the times at which each admitted.
 */
final class LimitMember {

    static final String APPROXIMATE = "approximate";
    static final String STRICT = "strict";
    static final int MEMBERS = 3;
    static final int LIMIT = 1_000;
    static final Duration WINDOW = Duration.ofSeconds(10);

    /** Characters of the time that it is told, as many as any has. */
    private static final int START_CHARACTERS = 20;

    static final Duration WARM_UP = Duration.ofSeconds(2);

    /** What it says when it sees the others. */
    static final String READY = "ready";

    /** How its lag begins; times begin with the name of the limit. */
    static final String LAG = "lag";

    /** What it says last. */
    static final String END = "end";

    /** Ten times the limit, over all nodes. */
    private static final long PACE_NANOS = WINDOW.toNanos() * MEMBERS / (10 * LIMIT);

    /** Past the moment at which the first requests leave the window. */
    private static final long LASTS_NANOS = WINDOW.toNanos() * 5 / 4;

    private static final int OTHER_CLIENTS = 500;

    private LimitMember() {}

    /** The configuration of all three. */
    static ProaConfig config(String prefix) throws IOException {
        return Members.config(prefix, MEMBERS, List.of(counter(APPROXIMATE), counter(STRICT)));
    }

    private static TableConfig counter(String name) {
        return new TableConfig(
                name, TableConfig.Key.SOURCE, Duration.ofMinutes(5), 100_000, Optional.of(WINDOW));
    }

    /** Arguments: prefix of the addresses, node name, incarnation, folder of certificates. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        String node = arguments[1];
        Member member =
                ClusterMember.start(
                        config(arguments[0]),
                        node,
                        Long.parseLong(arguments[2]),
                        Optional.of(Members.read(Path.of(arguments[3]), node)));
        TablePair.await(
                "all together",
                () -> member.view().members().size() == MEMBERS && member.synchronised());
        System.out.println(READY);
        Limiter approximate = limiter(member, APPROXIMATE, Limit.Mode.APPROXIMATE);
        warmUp(approximate);
        String told = new String(System.in.readNBytes(START_CHARACTERS), US_ASCII).strip();
        if (!told.isEmpty()) {
            offer(Long.parseLong(told), approximate, limiter(member, STRICT, Limit.Mode.STRICT));
            System.out.println(LAG + " " + lagMillis(member.statusJson()));
            System.out.println(END);
        }
        while (System.in.read() >= 0) {
            // until whoever asks has ended, which closes its side
        }
        Runtime.getRuntime().halt(0);
    }

    private static Limiter limiter(Member member, String table, Limit.Mode mode) {
        return member.limiter(new Limit(table, "requests", LIMIT, mode));
    }

    /** What is compiled on the way must not be part of the figures. */
    private static void warmUp(Limiter limiter) {
        long start = System.nanoTime();
        for (int n = 0; System.nanoTime() - start < WARM_UP.toNanos(); n++) {
            limiter.admit(TablePair.key(1 + n % OTHER_CLIENTS));
            LockSupport.parkNanos(PACE_NANOS / 4);
        }
    }

    private static String lagMillis(String status) {
        String name = "\"lagP99Millis\":";
        int from = status.indexOf(name) + name.length();
        return status.substring(from, status.indexOf(',', from));
    }

    private static void offer(long start, Limiter approximate, Limiter strict) {
        List<String> admitted = new ArrayList<>();
        for (long due = start; due - start < LASTS_NANOS; due += PACE_NANOS) {
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            if (approximate.admit(TablePair.key(0)) >= 0) {
                admitted.add(APPROXIMATE + " " + System.nanoTime());
            }
            if (strict.admit(TablePair.key(0)) >= 0) {
                admitted.add(STRICT + " " + System.nanoTime());
            }
        }
        admitted.forEach(System.out::println);
    }
}
