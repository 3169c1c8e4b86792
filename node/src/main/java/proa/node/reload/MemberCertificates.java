package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.ClusterConfig;
import proa.config.ClusterConfig.TlsFiles;
import proa.config.file.MemberIdentity;
import proa.config.file.UnfitFileException;
import proa.node.tls.Renewable;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** This member's certificate, which follows its files; what there is to say of it is logged. */
final class MemberCertificates implements Renewable {

    private static final Logger LOG = LoggerFactory.getLogger(MemberCertificates.class);

    private final MemberIdentity identity;
    private final InstantSource time;

    private MemberCertificates(MemberIdentity identity, InstantSource time) {
        this.identity = identity;
        this.time = time;
    }

    /**
     * Reads the files; empty only when the configuration says {@code insecure}.
     *
     * <p>A certificate that has expired is an alarm, not a refusal: peers will not let this node
     * in, but its clients are served.
     *
     * @throws StartException with one line for the operator
     */
    static Optional<MemberCertificates> of(ClusterConfig cluster, String node, InstantSource time)
            throws StartException {
        Optional<TlsFiles> files = cluster.tls();
        if (files.isEmpty()) {
            LOG.warn("insecure: members speak in clear text and anybody may join");
            return Optional.empty();
        }
        try {
            MemberIdentity.settle(files.get());
            MemberCertificates certificates =
                    new MemberCertificates(
                            MemberIdentity.of(files.get(), cluster.name(), node), time);
            certificates.renew(); // says what is about to expire
            return Optional.of(certificates);
        } catch (UnfitFileException wrong) {
            throw StartException.refused(String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException passing) {
            throw new StartException(String.valueOf(passing.getMessage()), passing);
        }
    }

    /** For connections among members. */
    SSLContext context() {
        return identity.context();
    }

    /** When the certificate that new connections show is over. */
    Instant expires() {
        return identity.certificate().getNotAfter().toInstant();
    }

    /** Why what stands in the files is not in use, or trusted by nobody; empty: all is well. */
    Optional<String> refusal() {
        return identity.refusal();
    }

    @Override
    public void renew() {
        for (MemberIdentity.Line line : identity.look(time.instant())) {
            switch (line.level()) {
                case INFO -> LOG.info("members: {}", line.text());
                case WARNING -> LOG.warn("members: {}", line.text());
                case ERROR -> LOG.error("members: {}", line.text());
            }
        }
    }

    @Override
    public void release() {
        // Nothing outside the heap.
    }
}
