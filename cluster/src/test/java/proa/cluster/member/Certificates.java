package proa.cluster.member;

import proa.config.tls.ClusterAuthority;
import proa.config.tls.MemberTls;

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

    private static SSLContext context(
            String node, ClusterAuthority.Issued signer, ClusterAuthority.Issued trusted) {
        try {
            ClusterAuthority.Issued issued =
                    ClusterAuthority.of(signer.certificate(), signer.key())
                            .issue(
                                    node,
                                    List.of(Trio.address("127.0.0.1")),
                                    Instant.now(),
                                    Duration.ofDays(1),
                                    RANDOM);
            return MemberTls.context(
                    issued.certificate(), issued.key(), List.of(trusted.certificate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
