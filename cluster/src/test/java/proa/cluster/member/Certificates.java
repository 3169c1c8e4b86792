package proa.cluster.member;

import proa.config.tls.ClusterAuthority;
import proa.config.tls.MemberTls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;

/** Certificates of a test cluster, and of those who do not belong to it. */
public final class Certificates {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ClusterAuthority.Issued AUTHORITY = authority();

    /** One for each of lb1, lb2, lb3. */
    public static final Map<String, SSLContext> OF_MEMBERS = members();

    private Certificates() {}

    /** Signed by the cluster's authority, under any name. */
    public static SSLContext named(String node) {
        return context(node, AUTHORITY, AUTHORITY);
    }

    /** Says it is a member and trusts the cluster, but another authority of that name signed it. */
    public static SSLContext forged(String node) {
        return context(node, authority(), AUTHORITY);
    }

    private static Map<String, SSLContext> members() {
        Map<String, SSLContext> members = new HashMap<>();
        for (String node : List.of("lb1", "lb2", "lb3")) {
            members.put(node, named(node));
        }
        return Map.copyOf(members);
    }

    private static ClusterAuthority.Issued authority() {
        try {
            return ClusterAuthority.create("test", Instant.now(), RANDOM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes what a member in a process of its own needs. */
    static void write(Path folder, String node) throws IOException, GeneralSecurityException {
        ClusterAuthority.Issued issued = issued(node, AUTHORITY);
        Files.write(folder.resolve("ca.pem"), AUTHORITY.certificate());
        Files.write(folder.resolve(node + ".pem"), issued.certificate());
        Files.write(folder.resolve(node + ".key"), issued.key());
    }

    /** Reads what {@link #write} wrote. */
    static SSLContext read(Path folder, String node) throws IOException, GeneralSecurityException {
        return MemberTls.context(
                Files.readAllBytes(folder.resolve(node + ".pem")),
                Files.readAllBytes(folder.resolve(node + ".key")),
                List.of(Files.readAllBytes(folder.resolve("ca.pem"))));
    }

    private static ClusterAuthority.Issued issued(String node, ClusterAuthority.Issued signer)
            throws GeneralSecurityException {
        return ClusterAuthority.of(signer.certificate(), signer.key())
                .issue(
                        node,
                        List.of(Trio.address("127.0.0.1")),
                        Instant.now(),
                        Duration.ofDays(1),
                        RANDOM);
    }

    private static SSLContext context(
            String node, ClusterAuthority.Issued signer, ClusterAuthority.Issued trusted) {
        try {
            ClusterAuthority.Issued issued = issued(node, signer);
            return MemberTls.context(
                    issued.certificate(), issued.key(), List.of(trusted.certificate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
