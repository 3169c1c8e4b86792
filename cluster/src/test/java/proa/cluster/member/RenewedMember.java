package proa.cluster.member;

import proa.config.ClusterConfig.TlsFiles;
import proa.config.file.MemberIdentity;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The certificate files of one member of the test cluster, replaced while it runs. */
public final class RenewedMember {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final String node;
    private final MemberIdentity identity;

    /** Begins with one authority. */
    public RenewedMember(Path folder, String node, Issued authority)
            throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.node = node;
        write(authority, authority);
        identity =
                MemberIdentity.of(
                        new TlsFiles(file(".pem"), file(".key"), List.of(file("-ca.pem"))),
                        "test",
                        node);
    }

    /** Another authority of the test cluster. */
    public static Issued authority() throws GeneralSecurityException {
        return ClusterAuthority.create("test", Instant.now(), RANDOM);
    }

    /** What its connections are made with. */
    public MemberIdentity identity() {
        return identity;
    }

    /** A new certificate, and whom it trusts; the member has seen it when this returns. */
    public List<MemberIdentity.Line> renew(Issued signer, Issued... trusted)
            throws IOException, GeneralSecurityException {
        write(signer, trusted);
        return identity.look(Instant.now());
    }

    /** Half a key is all there is; the member has seen it when this returns. */
    public List<MemberIdentity.Line> breakKey() throws IOException {
        Files.writeString(file(".key"), "-----BEGIN PRIVATE KEY-----\nMIIEv");
        return identity.look(Instant.now());
    }

    private void write(Issued signer, Issued... trusted)
            throws IOException, GeneralSecurityException {
        ByteArrayOutputStream authorities = new ByteArrayOutputStream();
        for (Issued authority : trusted) {
            authorities.write(authority.certificate());
        }
        Issued issued =
                ClusterAuthority.of(signer.certificate(), signer.key())
                        .issue(
                                node,
                                List.of(Trio.address("127.0.0.1")),
                                Instant.now(),
                                Duration.ofDays(90),
                                RANDOM);
        Files.write(file("-ca.pem"), authorities.toByteArray());
        Files.write(file(".pem"), issued.certificate());
        Files.write(file(".key"), issued.key());
    }

    private Path file(String end) {
        return folder.resolve(node + end);
    }
}
