package proa.node.tls;

import proa.config.FrontendTls.Identity;
import proa.config.file.PlainFiles;
import proa.config.tls.OcspResponse;
import proa.config.tls.PemFiles;
import proa.config.tls.ServerIdentity;
import proa.config.tls.TicketSecret;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the files of TLS settings. Every exception's message names the file, for the operator. */
final class TlsFiles {

    private TlsFiles() {}

    static ServerIdentity identity(Identity files) throws IOException {
        byte[] certificate = PlainFiles.read(files.certificate());
        byte[] key = PlainFiles.read(files.key());
        try {
            return ServerIdentity.of(certificate, key);
        } catch (GeneralSecurityException wrong) {
            String both =
                    files.certificate().equals(files.key())
                            ? files.certificate().toString()
                            : files.certificate() + ", " + files.key();
            throw new IOException(both + ": " + wrong.getMessage(), wrong);
        }
    }

    /** What an authority says of a certificate. */
    static OcspResponse ocsp(Path file, X509Certificate certificate) throws IOException {
        try {
            return OcspResponse.of(PlainFiles.read(file), certificate);
        } catch (GeneralSecurityException wrong) {
            throw new IOException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    static List<X509Certificate> authorities(List<Path> files) throws IOException {
        List<X509Certificate> authorities = new ArrayList<>();
        for (Path file : files) {
            try {
                authorities.addAll(PemFiles.certificates(PlainFiles.read(file)));
            } catch (GeneralSecurityException wrong) {
                throw new IOException(file + ": " + wrong.getMessage(), wrong);
            }
        }
        return authorities;
    }

    static byte[] secret(Path file) throws IOException {
        try {
            return TicketSecret.of(PlainFiles.read(file));
        } catch (GeneralSecurityException wrong) {
            throw new IOException(file + ": " + wrong.getMessage(), wrong);
        }
    }
}
