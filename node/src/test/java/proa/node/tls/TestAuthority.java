package proa.node.tls;

import proa.config.FrontendTls;
import proa.config.FrontendTls.Identity;
import proa.config.TlsCipher;
import proa.config.TlsVersion;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.PemFiles;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority for tests, and the files of what it signs. */
public final class TestAuthority {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char[] PASSWORD = "test".toCharArray();

    private final Path folder;
    private final ClusterAuthority authority;
    private final X509Certificate certificate;

    /** The authority's own certificate. */
    public final Path file;

    public TestAuthority(Path folder) throws IOException, GeneralSecurityException {
        this.folder = folder;
        ClusterAuthority.Issued made = ClusterAuthority.create("test", Instant.now(), RANDOM);
        authority = ClusterAuthority.of(made.certificate(), made.key());
        certificate = PemFiles.certificates(made.certificate()).getFirst();
        file = Files.write(folder.resolve("ca.pem"), made.certificate());
        Files.write(folder.resolve("ca.key"), made.key());
    }

    /** A new certificate of a name (and 127.0.0.1) with its key, in one file. */
    public Path bundle(String fileName, String name) throws IOException, GeneralSecurityException {
        ClusterAuthority.Issued issued =
                authority.issue(
                        name,
                        List.of(InetAddress.ofLiteral("127.0.0.1")),
                        Instant.now(),
                        Duration.ofDays(100),
                        RANDOM);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(issued.certificate());
        bytes.writeBytes(issued.key());
        return Files.write(folder.resolve(fileName), bytes.toByteArray());
    }

    public Identity identity(String name) throws IOException, GeneralSecurityException {
        Path bundle = bundle(name.replace('*', '_') + ".pem", name);
        return new Identity(bundle, bundle);
    }

    /** TLS with these names, the first also for all others; everything else as by default. */
    public FrontendTls tls(String... names) throws IOException, GeneralSecurityException {
        List<Identity> identities = new java.util.ArrayList<>();
        for (String name : names) {
            identities.add(identity(name));
        }
        return new FrontendTls(
                identities,
                TlsVersion.TLS_1_2,
                TlsCipher.DEFAULTS,
                List.of("http/1.1"),
                Optional.empty(),
                FrontendTls.Tickets.DEFAULTS,
                FrontendTls.Handshakes.DEFAULTS);
    }

    /** A JDK client that trusts this authority, perhaps with a certificate of its own. */
    public SSLContext client(String... ownName) throws IOException, GeneralSecurityException {
        KeyStore trusted = store();
        trusted.setCertificateEntry("authority", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyStore own = store();
        for (String name : ownName) {
            byte[] pem = Files.readAllBytes(bundle("client-" + name + ".pem", name));
            List<X509Certificate> chain = PemFiles.certificates(pem);
            own.setKeyEntry(
                    name,
                    PemFiles.key(pem, chain.getFirst().getPublicKey()),
                    PASSWORD,
                    Stream.of(chain.getFirst()).toArray(X509Certificate[]::new));
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
