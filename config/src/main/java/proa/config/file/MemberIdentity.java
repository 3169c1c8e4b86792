package proa.config.file;

import proa.config.ClusterConfig.TlsFiles;
import proa.config.tls.Expiry;
import proa.config.tls.MemberTls;
import proa.config.tls.PemFiles;
import proa.config.tls.RenewableContext;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;

/**
 * Who this node is among the members: its certificate, key and the authorities it trusts, read
 * again when the files change. What cannot be used changes nothing. Safe from any thread; reading
 * blocks on the disk.
 */
public final class MemberIdentity {

    /** A look at the files as often as this has a new certificate in use soon enough. */
    public static final Duration LOOK = Duration.ofSeconds(5);

    private final TlsFiles files;
    private final String cluster;
    private final String node;
    private final RenewableContext context;
    private final Map<X509Certificate, Expiry.State> told = new HashMap<>(); // guarded by this
    private Reading seen; // guarded by this
    private volatile Identity identity;

    /** How much an operator should mind. */
    public enum Level {
        INFO,
        WARNING,
        ERROR
    }

    /** Something for the log. */
    public record Line(Level level, String text) {}

    /** What stood in the files; equal when the same bytes did. */
    private record Reading(ByteBuffer certificate, ByteBuffer key, List<ByteBuffer> authorities) {

        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        /** Of files of which one cannot be read. */
        private static final Reading NONE = new Reading(NOTHING, NOTHING, List.of());

        private List<byte[]> roots() {
            return authorities.stream().map(ByteBuffer::array).toList();
        }
    }

    /** What was made of it. */
    private record Identity(
            X509Certificate own, List<X509Certificate> authorities, SSLContext context) {}

    private MemberIdentity(TlsFiles files, String cluster, String node) throws IOException {
        this.files = files;
        this.cluster = cluster;
        this.node = node;
        seen = read();
        identity = made(seen);
        context = new RenewableContext(identity.context());
    }

    /**
     * Reads the files.
     *
     * @throws IOException when a file cannot be read or makes no sense, the key belongs to another
     *     certificate, or that is of another node or cluster; the message is for the operator
     */
    public static MemberIdentity of(TlsFiles files, String cluster, String node)
            throws IOException {
        MemberIdentity identity = untried(files, cluster, node);
        identity.requireFit();
        return identity;
    }

    /**
     * The same before it is known whether the key fits the certificate, for programs that look at
     * it while they start: {@link #requireFit}.
     */
    public static MemberIdentity untried(TlsFiles files, String cluster, String node)
            throws IOException {
        return new MemberIdentity(files, cluster, node);
    }

    /**
     * Looks whether the key fits the certificate.
     *
     * @throws IOException when the key belongs to another certificate
     */
    public synchronized void requireFit() throws IOException {
        requireFit(seen);
    }

    /** For connections with members; each new one is made with what is in use then. */
    public SSLContext context() {
        return context;
    }

    /** The certificate that new connections show. */
    public X509Certificate certificate() {
        return identity.own();
    }

    /**
     * Looks whether the files have changed and takes what is new, and whether a certificate is
     * about to expire.
     *
     * @return what there is to say that has not been said, each once
     */
    public synchronized List<Line> look(Instant now) {
        List<Line> lines = new ArrayList<>();
        Reading reading = Reading.NONE;
        try {
            reading = read();
            if (!reading.equals(seen)) {
                renew(reading);
                lines.add(new Line(Level.INFO, renewed()));
            }
        } catch (IOException refused) {
            if (!reading.equals(seen)) {
                lines.add(
                        new Line(
                                Level.ERROR,
                                "the certificate of this node stays as it is: "
                                        + refused.getMessage()));
            }
        }
        seen = reading; // what cannot be used is tried again when it changes again
        lines.addAll(expiries(now));
        return lines;
    }

    private void renew(Reading reading) throws IOException {
        Identity next = made(reading);
        requireFit(reading);
        requireTrusted(reading);
        identity = next;
        context.replace(next.context());
        told.keySet().removeIf(gone -> !next.own().equals(gone) && !trusts(gone));
    }

    private boolean trusts(X509Certificate certificate) {
        return identity.authorities().contains(certificate);
    }

    private String renewed() {
        X509Certificate own = identity.own();
        return files.certificate()
                + " read again: new connections with members show serial number "
                + own.getSerialNumber().toString(16)
                + ", which lasts until "
                + own.getNotAfter().toInstant()
                + ", and trust "
                + identity.authorities().size()
                + (identity.authorities().size() == 1 ? " authority" : " authorities");
    }

    private List<Line> expiries(Instant now) {
        List<Line> lines = new ArrayList<>();
        expiry(identity.own(), now, ": no member will let this node in", lines);
        for (X509Certificate authority : identity.authorities()) {
            expiry(authority, now, ": no member is let in by it", lines);
        }
        return lines;
    }

    private void expiry(
            X509Certificate certificate, Instant now, String consequence, List<Line> lines) {
        Expiry expiry = Expiry.of(certificate, now);
        if (told.put(certificate, expiry.state()) == expiry.state()) {
            return;
        }
        String message = expiry.message().orElse("");
        switch (expiry.state()) {
            case FINE -> {}
            case WARNING, URGENT -> lines.add(new Line(Level.WARNING, message));
            case EXPIRED, NOT_YET_VALID -> lines.add(new Line(Level.ERROR, message + consequence));
        }
    }

    private Reading read() throws IOException {
        try {
            List<ByteBuffer> authorities = new ArrayList<>();
            for (Path authority : files.authorities()) {
                authorities.add(ByteBuffer.wrap(PlainFiles.read(authority)));
            }
            return new Reading(
                    ByteBuffer.wrap(PlainFiles.read(files.certificate())),
                    ByteBuffer.wrap(PlainFiles.read(files.key())),
                    authorities);
        } catch (IOException unreadable) {
            throw new IOException(
                    unreadable.getMessage()
                            + "; certificates of members are made with: proa cert node --cluster "
                            + cluster
                            + " --node "
                            + node
                            + " --out "
                            + files.certificate().toAbsolutePath().getParent(),
                    unreadable);
        }
    }

    private Identity made(Reading reading) throws IOException {
        try {
            List<X509Certificate> authorities = new ArrayList<>();
            for (int at = 0; at < files.authorities().size(); at++) {
                authorities.addAll(authority(files.authorities().get(at), reading.roots().get(at)));
            }
            byte[] certificate = reading.certificate().array();
            X509Certificate own = PemFiles.certificates(certificate).getFirst();
            same("node", MemberTls.nodeName(own), node);
            same("cluster", MemberTls.clusterName(own), cluster);
            return new Identity(
                    own,
                    authorities,
                    MemberTls.untried(certificate, reading.key().array(), reading.roots()));
        } catch (GeneralSecurityException wrong) {
            throw refused(wrong);
        }
    }

    private static List<X509Certificate> authority(Path file, byte[] text) throws IOException {
        try {
            return PemFiles.certificates(text);
        } catch (GeneralSecurityException wrong) {
            throw new IOException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    private void requireFit(Reading reading) throws IOException {
        try {
            MemberTls.requireFit(reading.certificate().array(), reading.key().array());
        } catch (GeneralSecurityException wrong) {
            throw refused(wrong);
        }
    }

    /**
     * At a start this is an alarm and no refusal; later there is something better to go on with.
     */
    private void requireTrusted(Reading reading) throws IOException {
        try {
            MemberTls.requireTrusted(reading.certificate().array(), reading.roots());
        } catch (GeneralSecurityException wrong) {
            throw refused(wrong);
        }
    }

    private IOException refused(GeneralSecurityException wrong) {
        return new IOException(
                files.certificate() + ", " + files.key() + ": " + wrong.getMessage(), wrong);
    }

    private void same(String what, String theirs, String ours) throws IOException {
        if (!theirs.equals(ours)) {
            throw new IOException(
                    "the certificate "
                            + files.certificate()
                            + " is of "
                            + what
                            + " '"
                            + theirs
                            + "', this is '"
                            + ours
                            + "'");
        }
    }
}
