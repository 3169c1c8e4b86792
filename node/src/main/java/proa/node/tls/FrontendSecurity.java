package proa.node.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.FrontendTls;
import proa.config.tls.Expiry;
import proa.config.tls.ServerIdentity;
import proa.config.tls.TicketKey;
import proa.config.tls.TicketSecrets;
import proa.node.tls.TlsCounters.End;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The certificates and tickets of one frontend, renewed while connections go on with what they
 * began with. {@link #layer} is for event loops; the rest for one thread at a time.
 */
public final class FrontendSecurity implements Renewable {

    private static final Logger LOG = LoggerFactory.getLogger(FrontendSecurity.class);

    private final String frontend;
    private final FrontendTls tls;
    private final InstantSource time;
    private final Consumer<Runnable> afterTurn;
    private TicketSecrets shared;
    private TicketSecrets secrets;
    private final TlsCounters counters = new TlsCounters();
    private final KeyLog keys = new KeyLog();
    private boolean telling;
    private FileStamps seen;
    private long period;
    private volatile ClientContexts contexts;

    private final boolean warns;
    private final Responses responses;

    private FrontendSecurity(
            String frontend,
            FrontendTls tls,
            InstantSource time,
            Consumer<Runnable> afterTurn,
            TicketSecrets shared,
            boolean warns)
            throws IOException {
        this.shared = shared;
        secrets = shared;
        this.warns = warns;
        responses = new Responses(frontend, warns);
        this.frontend = frontend;
        this.tls = tls;
        this.time = time;
        this.afterTurn = afterTurn;
        seen = FileStamps.of(files());
        period = periodNow();
        contexts = read();
    }

    /**
     * Reads the files.
     *
     * @param afterTurn runs something once every event loop has finished what it does now
     * @param shared secrets of session tickets, until others are {@link #share}d; a file of the
     *     frontend's own counts instead
     * @throws IOException with a message for the operator
     */
    public static FrontendSecurity open(
            String frontend,
            FrontendTls tls,
            InstantSource time,
            Consumer<Runnable> afterTurn,
            TicketSecrets shared)
            throws IOException {
        return new FrontendSecurity(frontend, tls, time, afterTurn, shared, true);
    }

    /**
     * The same for requests of the node's own: it asks for no certificate, counts by itself, and
     * says nothing of what is said already.
     *
     * @throws IOException with a message for the operator
     */
    public static FrontendSecurity ofOurOwn(
            String frontend, FrontendTls tls, InstantSource time, Consumer<Runnable> afterTurn)
            throws IOException {
        FrontendTls open =
                new FrontendTls(
                        tls.certificates(),
                        tls.minVersion(),
                        tls.ciphers(),
                        List.of(),
                        Optional.empty(),
                        tls.tickets(),
                        tls.handshakes());
        TicketSecrets own = TicketSecrets.random(new SecureRandom(), time.instant());
        return new FrontendSecurity(frontend, open, time, afterTurn, own, false);
    }

    /** As configured. */
    public FrontendTls tls() {
        return tls;
    }

    TlsCounters counters() {
        return counters;
    }

    /** The TLS layer for a client that asks for this name. */
    SslHandler layer(String serverName, ByteBufAllocator allocator) {
        return contexts.layer(serverName, allocator, time.instant());
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (FrontendTls.Identity identity : tls.certificates()) {
            files.add(identity.certificate());
            files.add(identity.key());
            identity.ocsp().ifPresent(files::add);
        }
        tls.clients().ifPresent(clients -> files.addAll(clients.authorities()));
        tls.tickets().secret().ifPresent(files::add);
        return files;
    }

    private long periodNow() {
        return TicketKey.period(time.instant(), tls.tickets().rotate());
    }

    /**
     * Has tickets made by the secrets that the members share, from now on, unless a file says
     * which.
     */
    public void share(TicketSecrets now) {
        if (now.equals(shared)) {
            return;
        }
        shared = now;
        if (tls.tickets().secret().isEmpty()) {
            secrets = now;
            contexts.tickets(secrets, time.instant(), tls.tickets().rotate());
        }
    }

    /** With the keys of now, for a secret that is remembered once everything could be read. */
    private ClientContexts read() throws IOException {
        Optional<Path> file = tls.tickets().secret();
        TicketSecrets found =
                file.isEmpty()
                        ? shared
                        : TicketSecrets.only(TlsFiles.secret(file.get()), time.instant());
        ClientContexts made = ClientContexts.read(frontend, tls, responses);
        secrets = found;
        made.tickets(secrets, time.instant(), tls.tickets().rotate());
        if (warns) {
            made.identities().forEach(this::expiry);
        }
        return made;
    }

    private void expiry(ServerIdentity identity) {
        Expiry expiry = Expiry.of(identity.certificate(), time.instant());
        expiry.message().ifPresent(message -> LOG.warn("frontend {}: {}", frontend, message));
    }

    /**
     * Keeps what handshakes agree on, from now on.
     *
     * @param forNanos forgotten afterwards, whoever asks for it
     * @return null, or why not
     */
    public @Nullable String keepKeys(long forNanos) {
        telling = telling || contexts.tell(keys);
        if (!telling) {
            return "this library of TLS does not tell them";
        }
        long now = System.nanoTime();
        return keys.begin(now, now + forNanos) ? null : "somebody else is having them kept";
    }

    /** What was kept, which is forgotten here; null: nothing was to be. */
    public KeyLog.@Nullable Kept takeKeys() {
        return keys.end();
    }

    @Override
    public void renew() {
        keys.expire(System.nanoTime());
        long periodNow = periodNow();
        if (periodNow != period) {
            period = periodNow;
            contexts.tickets(secrets, time.instant(), tls.tickets().rotate());
        }
        FileStamps now = FileStamps.of(files());
        if (!now.equals(seen)) {
            seen = now; // what cannot be used is tried again when it changes again
            try {
                replace(read());
                LOG.info("frontend {}: certificates read again", frontend);
            } catch (IOException wrong) {
                LOG.error("frontend {} keeps what it had: {}", frontend, wrong.getMessage());
            }
        }
    }

    private void replace(ClientContexts made) {
        ClientContexts old = contexts;
        telling = keys.active() && made.tell(keys);
        contexts = made;
        afterTurn.accept(old::release);
    }

    @Override
    public void release() {
        contexts.release();
    }

    /** Handshakes since the start, and the certificates in use, for the status. */
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>(counters.document());
        status.put("certificates", contexts.identities().stream().map(this::certificate).toList());
        return status;
    }

    private Map<String, Object> certificate(ServerIdentity identity) {
        Instant ends = identity.certificate().getNotAfter().toInstant();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("names", identity.names());
        document.put("expires", ends.toString());
        return document;
    }

    /** Handshakes that ended like this, since the start. */
    long ended(End how) {
        return counters.of(how);
    }
}
