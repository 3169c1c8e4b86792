package proa.chaos.bench.state;

import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.Timing;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.MemberTls;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import javax.net.ssl.SSLContext;

/** What members of a bench's cluster have: addresses of their own on loopback, certificates. */
final class Members {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String AUTHORITY = "ca.pem";

    private final ClusterAuthority.Issued authority;

    /** Certificates signed by a new authority. */
    Members() throws GeneralSecurityException {
        authority = ClusterAuthority.create("bench", Instant.now(), RANDOM);
    }

    /** The first three octets of loopback addresses that hardly anybody else has. */
    static String prefix() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".";
    }

    /** Members {@code lb1} and so on with these tables. */
    static ProaConfig config(String prefix, int members, List<TableConfig> tables)
            throws IOException {
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (int id = 1; id <= members; id++) {
            nodes.add(
                    new ClusterConfig.Node(
                            "lb" + id, id, List.of(InetAddress.getByName(prefix + id))));
        }
        ClusterConfig cluster =
                new ClusterConfig(
                        "bench",
                        Timing.LAB,
                        nodes,
                        Optional.empty(),
                        ClusterConfig.Ports.DEFAULTS,
                        ClusterConfig.Ownership.BIND);
        return new ProaConfig(cluster, List.of(), tables, List.of(), List.of());
    }

    private ClusterAuthority.Issued issued(ClusterConfig.Node node)
            throws GeneralSecurityException {
        return ClusterAuthority.of(authority.certificate(), authority.key())
                .issue(node.name(), node.addresses(), Instant.now(), Duration.ofDays(1), RANDOM);
    }

    /** For a member in this process. */
    SSLContext tls(ClusterConfig.Node node) throws GeneralSecurityException {
        ClusterAuthority.Issued issued = issued(node);
        return MemberTls.context(
                issued.certificate(), issued.key(), List.of(authority.certificate()));
    }

    /** Writes what a member in a process of its own needs. */
    void write(Path folder, ClusterConfig.Node node) throws IOException, GeneralSecurityException {
        ClusterAuthority.Issued issued = issued(node);
        Files.write(folder.resolve(AUTHORITY), authority.certificate());
        Files.write(folder.resolve(node.name() + ".pem"), issued.certificate());
        Files.write(folder.resolve(node.name() + ".key"), issued.key());
    }

    /** Reads what {@link #write} wrote. */
    static SSLContext read(Path folder, String node) throws IOException, GeneralSecurityException {
        return MemberTls.context(
                Files.readAllBytes(folder.resolve(node + ".pem")),
                Files.readAllBytes(folder.resolve(node + ".key")),
                List.of(Files.readAllBytes(folder.resolve(AUTHORITY))));
    }
}
