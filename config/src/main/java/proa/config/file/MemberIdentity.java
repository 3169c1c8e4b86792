package proa.config.file;

import proa.config.ClusterConfig.TlsFiles;
import proa.config.tls.Expiry;
import proa.config.tls.MemberTls;
import proa.config.tls.PemFiles;
import proa.config.tls.RenewableContext;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;

/**
 * Who this node is among the members: its certificate, key and the authorities it trusts, read
 * again when the files change. What cannot be used changes nothing. Safe from any thread; reading
 * blocks on the disk.
 */
public final class MemberIdentity {

    /** A look at the files as often as this has a new certificate in use soon enough. */
    public static final Duration LOOK = Duration.ofSeconds(5);

    /** Somebody who replaces certificate and key one after the other is done within this time. */
    static final Duration SETTLED = Duration.ofSeconds(3);

    private static final Duration SETTLING_LOOK = Duration.ofMillis(100);

    private final TlsFiles files;
    private final String cluster;
    private final String node;
    private final RenewableContext context;
    private final Map<X509Certificate, Expiry.State> told = new HashMap<>(); // guarded by this
    private Reading seen; // guarded by this
    private boolean looked; // guarded by this
    private volatile Identity identity;
    private volatile String refusal = "";

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
     * @throws UnfitFileException when a file is not there or makes no sense, the key belongs to
     *     another certificate, or that is of another node or cluster; the message is for the
     *     operator
     * @throws IOException when a file cannot be read now, which may pass
     */
    public static MemberIdentity of(TlsFiles files, String cluster, String node)
            throws IOException {
        MemberIdentity identity = untried(files, cluster, node);
        identity.requireFit();
        return identity;
    }

    /**
     * Waits, for programs that start, while the key does not fit the certificate and one of the two
     * has changed just now: somebody is in the middle of replacing them. At most as long as that
     * may take, and not at all otherwise. Says nothing: whoever reads the files then does.
     */
    public static void settle(TlsFiles files) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < SETTLED.toNanos()
                && !Thread.currentThread().isInterrupted()
                && young(files)
                && !fits(files)) {
            LockSupport.parkNanos(SETTLING_LOOK.toNanos());
        }
    }

    /** Whether both are there and one has become what it is a moment ago. */
    private static boolean young(TlsFiles files) {
        try {
            boolean certificate = young(files.certificate()); // and the key is there, too
            return young(files.key()) || certificate;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return false;
        }
    }

    /** By the time that the kernel keeps: whoever copies a file may give it an older one. */
    private static boolean young(Path file) throws IOException {
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        Duration age = Duration.between(changed.toInstant(), Instant.now());
        return age.abs().compareTo(SETTLED) < 0;
    }

    private static boolean fits(TlsFiles files) {
        try {
            MemberTls.requireFit(
                    PlainFiles.read(files.certificate()), PlainFiles.read(files.key()));
            return true;
        } catch (IOException | GeneralSecurityException notYet) {
            return false;
        }
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
     * @throws UnfitFileException when the key belongs to another certificate
     */
    public synchronized void requireFit() throws UnfitFileException {
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
     * Why what stands in the files now is not in use, or is in use and trusted by nobody; empty:
     * all is well.
     */
    public Optional<String> refusal() {
        return Optional.of(refusal).filter(why -> !why.isEmpty());
    }

    /**
     * Looks whether the files have changed and takes what is new, and whether a certificate is
     * about to expire.
     *
     * @return what there is to say that has not been said, each once
     */
    public synchronized List<Line> look(Instant now) {
        List<Line> lines = new ArrayList<>();
        if (!looked) {
            looked = true;
            first(now, lines);
        }
        Reading reading = Reading.NONE;
        Instant judged = now;
        try {
            reading = read();
            // What was refused is tried at each look: its time may have come.
            if (!reading.equals(seen) || !refusal.isEmpty()) {
                renew(reading);
                refusal = "";
                lines.add(new Line(Level.INFO, renewed()));
                judged = later(now, identity.own().getNotBefore().toInstant());
            }
        } catch (IOException refused) {
            String why = String.valueOf(refused.getMessage());
            if (!reading.equals(seen) || !why.equals(refusal)) {
                refusal = why;
                lines.add(
                        new Line(
                                Level.ERROR,
                                "the certificate of this node stays as it is: " + why));
            }
        }
        seen = reading;
        lines.addAll(expiries(judged));
        return lines;
    }

    /** What was taken a moment ago is in its time, by a clock that was read after the caller's. */
    private static Instant later(Instant now, Instant begins) {
        return now.isBefore(begins) ? begins : now;
    }

    /** What a start takes although no member will trust it; its own time is told in any case. */
    private void first(Instant now, List<Line> lines) {
        try {
            requireTrusted(seen);
        } catch (IOException untrusted) {
            refusal = String.valueOf(untrusted.getMessage());
            Expiry.State time = Expiry.of(identity.own(), now).state();
            if (time != Expiry.State.EXPIRED && time != Expiry.State.NOT_YET_VALID) {
                lines.add(new Line(Level.ERROR, refusal + ": no member will let this node in"));
            }
        }
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
        } catch (UnfitFileException missing) {
            throw new UnfitFileException(
                    missing.getMessage()
                            + "; certificates of members are made with: proa cert node --cluster "
                            + cluster
                            + " --node "
                            + node
                            + " --out "
                            + files.certificate().toAbsolutePath().getParent(),
                    missing);
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
            throw new UnfitFileException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    private void requireFit(Reading reading) throws UnfitFileException {
        try {
            MemberTls.requireFit(reading.certificate().array(), reading.key().array());
        } catch (GeneralSecurityException wrong) {
            throw refused(wrong);
        }
    }

    /** At a start this is an alarm; later a refusal: there is something better to go on with. */
    private void requireTrusted(Reading reading) throws IOException {
        try {
            MemberTls.requireTrusted(reading.certificate().array(), reading.roots());
        } catch (GeneralSecurityException wrong) {
            throw refused(wrong);
        }
    }

    private UnfitFileException refused(GeneralSecurityException wrong) {
        return new UnfitFileException(
                files.certificate() + ", " + files.key() + ": " + wrong.getMessage(), wrong);
    }

    private void same(String what, String theirs, String ours) throws IOException {
        if (!theirs.equals(ours)) {
            throw new UnfitFileException(
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
