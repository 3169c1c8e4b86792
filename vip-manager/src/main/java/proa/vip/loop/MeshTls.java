package proa.vip.loop;

import proa.config.ClusterConfig;
import proa.config.file.MemberIdentity;
import proa.config.file.UnfitFileException;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;

/**
 * This node's certificate for the mesh, made of its files by a thread of its own. Whether the key
 * fits the certificate is seen later: it takes as long as everything else at a start. Meanwhile
 * handshakes would fail, and this node owns nothing yet.
 */
final class MeshTls {

    private final CompletableFuture<Optional<MemberIdentity>> made = new CompletableFuture<>();

    private MeshTls() {}

    /** Begins; without files, the file says {@code insecure}. */
    static MeshTls begin(ClusterConfig cluster, String node) {
        MeshTls tls = new MeshTls();
        Thread.ofPlatform()
                .daemon()
                .name("first-certificates")
                .start(() -> tls.make(cluster, node));
        return tls;
    }

    private void make(ClusterConfig cluster, String node) {
        try {
            cluster.tls().ifPresent(MemberIdentity::settle);
            made.complete(
                    cluster.tls().isPresent()
                            ? Optional.of(
                                    MemberIdentity.untried(
                                            cluster.tls().get(), cluster.name(), node))
                            : Optional.empty());
        } catch (IOException | RuntimeException | Error e) {
            made.completeExceptionally(e);
        }
    }

    /**
     * Waits for the context for mutual TLS; none if the file says {@code insecure}.
     *
     * @throws Refusal naming the file that cannot be used
     */
    Optional<SSLContext> await() throws IOException {
        return identity().map(MemberIdentity::context);
    }

    private Optional<MemberIdentity> identity() throws Refusal {
        try {
            return made.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnfitFileException wrong) {
                throw Refusal.ofInput(String.valueOf(wrong.getMessage()));
            }
            if (e.getCause() instanceof IOException passing) {
                throw new Refusal(String.valueOf(passing.getMessage()));
            }
            throw e;
        }
    }

    /** Whether the key fits; the refusal if it does not. */
    Optional<Refusal> check() {
        try {
            Optional<MemberIdentity> identity = identity();
            if (identity.isPresent()) {
                identity.get().requireFit();
            }
            return Optional.empty();
        } catch (Refusal e) {
            return Optional.of(e);
        } catch (UnfitFileException e) {
            return Optional.of(Refusal.ofInput(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Takes what is new in the files, and says so, for as long as the process lives: connections
     * that are there go on with what they began with. Returns where there are no files, and when
     * the thread is interrupted.
     */
    void watch(Journal journal) {
        Optional<MemberIdentity> identity = made.join();
        while (identity.isPresent() && !Thread.currentThread().isInterrupted()) {
            try {
                identity.get().look(Instant.now()).forEach(line -> say(line, journal));
            } catch (RuntimeException defect) { // the next look may do better
                journal.alarm("certificates were not looked at: a defect: " + defect);
            }
            LockSupport.parkNanos(MemberIdentity.LOOK.toNanos());
        }
    }

    private static void say(MemberIdentity.Line line, Journal journal) {
        switch (line.level()) {
            case INFO -> journal.info(line.text());
            case WARNING -> journal.warn(line.text());
            case ERROR -> journal.alarm(line.text());
        }
    }
}
