package proa.vip.loop;

import proa.config.ClusterConfig;
import proa.config.tls.MemberTls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import javax.net.ssl.SSLContext;

/**
 * This node's certificate for the mesh, made of its files by a thread of its own. Whether the key
 * fits the certificate is seen later: it takes as long as everything else at a start. Meanwhile
 * handshakes would fail, and this node owns nothing yet.
 */
final class MeshTls {

    private final Optional<ClusterConfig.TlsFiles> files;
    private final CompletableFuture<Optional<SSLContext>> made = new CompletableFuture<>();

    private MeshTls(Optional<ClusterConfig.TlsFiles> files) {
        this.files = files;
    }

    /** Begins; without files, the file says {@code insecure}. */
    static MeshTls begin(Optional<ClusterConfig.TlsFiles> files) {
        MeshTls tls = new MeshTls(files);
        Thread.ofPlatform().daemon().name("certificates").start(tls::make);
        return tls;
    }

    private void make() {
        try {
            made.complete(files.isPresent() ? Optional.of(context(files.get())) : Optional.empty());
        } catch (IOException | RuntimeException | Error e) {
            made.completeExceptionally(e);
        }
    }

    private static SSLContext context(ClusterConfig.TlsFiles files) throws IOException {
        List<byte[]> authorities = new ArrayList<>();
        for (Path authority : files.authorities()) {
            authorities.add(read(authority));
        }
        byte[] certificate = read(files.certificate());
        try {
            return MemberTls.untried(certificate, read(files.key()), authorities);
        } catch (GeneralSecurityException e) {
            throw refusal(files, e);
        }
    }

    private static Refusal refusal(ClusterConfig.TlsFiles files, GeneralSecurityException e) {
        return new Refusal(files.certificate() + ": " + e.getMessage());
    }

    /**
     * Waits for the context for mutual TLS; none if the file says {@code insecure}.
     *
     * @throws Refusal naming the file that cannot be used
     */
    Optional<SSLContext> await() throws IOException {
        try {
            return made.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    /** Whether the key fits; the refusal if it does not. */
    Optional<Refusal> check() {
        try {
            if (files.isPresent()) {
                MemberTls.requireFit(read(files.get().certificate()), read(files.get().key()));
            }
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of(refusal(files.get(), e));
        } catch (Refusal e) {
            return Optional.of(e);
        }
    }

    private static byte[] read(Path file) throws Refusal {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Refusal(file + " cannot be read: " + e);
        }
    }
}
