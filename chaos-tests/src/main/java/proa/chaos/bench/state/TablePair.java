package proa.chaos.bench.state;

import proa.cluster.member.ClusterMember;
import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.cluster.tables.TableKey;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLContext;

/** Two members of a cluster in this process, over mutual TLS on loopback addresses of their own. */
final class TablePair implements AutoCloseable {

    static final String CLIENTS = "clients";
    static final String PROBES = "probes";
    static final int PROBE_KEYS = 500;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final ProaConfig config;
    private final Members certificates;
    private final List<Member> members = new ArrayList<>();
    private long incarnation = System.currentTimeMillis();

    /**
     * @param entries that the table has room for twice
     */
    TablePair(int entries) throws IOException, GeneralSecurityException {
        config =
                Members.config(
                        Members.prefix(),
                        2,
                        List.of(
                                table(CLIENTS, 2 * entries, Optional.empty()),
                                table(PROBES, 1_000, Optional.of(Duration.ofSeconds(10)))));
        certificates = new Members();
    }

    private static TableConfig table(String name, int entries, Optional<Duration> window) {
        return new TableConfig(
                name, TableConfig.Key.SOURCE, Duration.ofMinutes(30), entries, window);
    }

    /** Starts the next one. */
    Member start() throws IOException, GeneralSecurityException {
        ClusterConfig.Node node = config.cluster().nodes().get(members.size());
        SSLContext tls = certificates.tls(node);
        Member member = ClusterMember.start(config, node.name(), ++incarnation, Optional.of(tls));
        members.add(member);
        return member;
    }

    /** The second one. */
    Member second() {
        return members.getLast();
    }

    /** The clients' table of one of them. */
    static SharedTable clients(Member member) {
        return member.table(CLIENTS);
    }

    /** A client's address. */
    static TableKey key(int number) {
        return new TableKey(0, 0xffff_0a00_0000L + number);
    }

    /**
     * Waits.
     *
     * @throws IOException when it takes too long
     */
    static void await(String what, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("not within a minute: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public void close() {
        members.forEach(Member::close);
    }
}
