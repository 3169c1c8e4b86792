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

import javax.net.ssl.SSLContext;

/** Reads this node's certificate files for the mesh. Stateless. */
final class MeshTls {

    private MeshTls() {}

    /**
     * The context for mutual TLS, or none if the file says {@code insecure}.
     *
     * @throws Refusal naming the file that cannot be used
     */
    static Optional<SSLContext> context(Optional<ClusterConfig.TlsFiles> files) throws IOException {
        return files.isEmpty() ? Optional.empty() : Optional.of(context(files.get()));
    }

    private static SSLContext context(ClusterConfig.TlsFiles files) throws IOException {
        byte[] certificate = read(files.certificate());
        byte[] key = read(files.key());
        List<byte[]> authorities = new ArrayList<>();
        for (Path authority : files.authorities()) {
            authorities.add(read(authority));
        }
        try {
            return MemberTls.context(certificate, key, authorities);
        } catch (GeneralSecurityException e) {
            throw new Refusal(files.certificate() + ": " + e.getMessage());
        }
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Refusal(file + " cannot be read: " + e);
        }
    }
}
