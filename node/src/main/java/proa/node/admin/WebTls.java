package proa.node.admin;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.FrontendTls.Identity;
import proa.config.file.PlainFiles;
import proa.config.tls.ServerIdentity;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * TLS 1.2 and 1.3 of the admin listener. Its files are read anew when they change; what cannot be
 * read then leaves the certificate as it is, and says so.
 */
final class WebTls {

    private static final Logger LOG = LoggerFactory.getLogger(WebTls.class);

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final char[] IN_MEMORY = new char[0];

    private final Identity files;
    private List<FileTime> seen; // guarded by this
    private SSLContext context; // guarded by this
    private String trouble = ""; // guarded by this

    /**
     * Reads the files.
     *
     * @throws IOException when they cannot be used, in an operator's words
     */
    WebTls(Identity files) throws IOException {
        this.files = files;
        seen = times();
        context = read();
    }

    /** TLS on a connection that was accepted; the handshake comes with the first byte read. */
    SSLSocket around(Socket client) throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        now().getSocketFactory().createSocket(client, null, client.getPort(), true);
        secured.setUseClientMode(false);
        secured.setEnabledProtocols(PROTOCOLS);
        return secured;
    }

    private synchronized SSLContext now() {
        try {
            List<FileTime> times = times();
            if (!times.equals(seen)) {
                context = read();
                seen = times; // not before: rights may be given without another time
                LOG.info("admin: certificate {} read anew", files.certificate());
            }
            trouble = "";
        } catch (IOException e) {
            String now = String.valueOf(e.getMessage());
            if (!now.equals(trouble)) {
                trouble = now;
                LOG.warn("admin: the certificate stays as it is: {}", now);
            }
        }
        return context;
    }

    private List<FileTime> times() throws IOException {
        return List.of(time(files.certificate()), time(files.key()));
    }

    private static FileTime time(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read", e);
        }
    }

    private SSLContext read() throws IOException {
        try {
            ServerIdentity identity =
                    ServerIdentity.of(
                            PlainFiles.read(files.certificate()), PlainFiles.read(files.key()));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "admin",
                    identity.key(),
                    IN_MEMORY,
                    identity.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, IN_MEMORY);
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keys.getKeyManagers(), null, null);
            return made;
        } catch (GeneralSecurityException wrong) {
            throw new IOException(files.certificate() + ": " + wrong.getMessage(), wrong);
        }
    }

    /** TLS of a listener that has it, or null. */
    static @Nullable WebTls of(java.util.Optional<Identity> files) throws IOException {
        return files.isPresent() ? new WebTls(files.get()) : null;
    }
}
