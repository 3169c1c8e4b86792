package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.ClusterConfig;
import proa.config.ClusterConfig.TlsFiles;
import proa.config.tls.Expiry;
import proa.config.tls.MemberTls;
import proa.config.tls.PemFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** This member's certificate files, read and checked against the configuration. */
final class MemberCertificates {

    private static final Logger LOG = LoggerFactory.getLogger(MemberCertificates.class);

    private final ClusterConfig cluster;
    private final String node;
    private final Instant now;

    MemberCertificates(ClusterConfig cluster, String node, Instant now) {
        this.cluster = cluster;
        this.node = node;
        this.now = now;
    }

    /**
     * The context for connections among members; empty only when the file says {@code insecure}.
     *
     * <p>A certificate that has expired is an alarm, not a refusal: peers will not let this node
     * in, but its clients are served.
     */
    Optional<SSLContext> context() throws StartException {
        if (cluster.tls().isEmpty()) {
            LOG.warn("insecure: members speak in clear text and anybody may join");
            return Optional.empty();
        }
        return Optional.of(context(cluster.tls().get()));
    }

    private SSLContext context(TlsFiles files) throws StartException {
        byte[] certificate = read(files.certificate());
        byte[] key = read(files.key());
        List<byte[]> authorities = new ArrayList<>();
        for (Path authority : files.authorities()) {
            authorities.add(read(authority));
        }
        try {
            X509Certificate own = PemFiles.certificates(certificate).getFirst();
            check(own, files.certificate());
            return MemberTls.context(certificate, key, authorities);
        } catch (GeneralSecurityException e) {
            throw new StartException(
                    "the certificate files "
                            + files.certificate()
                            + " and "
                            + files.key()
                            + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    private void check(X509Certificate own, Path file) throws StartException {
        same(file, "node", MemberTls.nodeName(own), node);
        same(file, "cluster", MemberTls.clusterName(own), cluster.name());
        Expiry expiry = Expiry.of(own, now);
        String message = expiry.message().orElse("");
        switch (expiry.state()) {
            case FINE -> LOG.debug("{} lasts {} days", file, expiry.daysLeft());
            case WARNING, URGENT -> LOG.warn("{}", message);
            case EXPIRED, NOT_YET_VALID ->
                    LOG.error("{}: no member will let this node in", message);
        }
    }

    private static void same(Path file, String what, String theirs, String ours)
            throws StartException {
        if (!theirs.equals(ours)) {
            throw new StartException(
                    "the certificate "
                            + file
                            + " is of "
                            + what
                            + " '"
                            + theirs
                            + "', this is '"
                            + ours
                            + "'");
        }
    }

    private byte[] read(Path file) throws StartException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new StartException(
                    file
                            + " cannot be read ("
                            + Reasons.of(e)
                            + "); member certificates are made with: proa cert node --cluster "
                            + cluster.name()
                            + " --node "
                            + node
                            + " --out "
                            + file.getParent(),
                    e);
        }
    }
}
