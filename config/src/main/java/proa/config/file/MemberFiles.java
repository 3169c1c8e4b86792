package proa.config.file;

import proa.config.ClusterConfig.TlsFiles;
import proa.config.tls.MemberTls;
import proa.config.tls.PemFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;

/** Reads the certificate files of a member. Any thread; blocks on the disk. */
public final class MemberFiles {

    private MemberFiles() {}

    /**
     * The mutual-TLS context of this member.
     *
     * @throws IOException when a file cannot be read or makes no sense; the message names it and
     *     says why, for the operator
     */
    public static SSLContext context(TlsFiles files) throws IOException {
        byte[] certificate = read(files.certificate());
        byte[] key = read(files.key());
        List<byte[]> authorities = new ArrayList<>();
        for (Path authority : files.authorities()) {
            authorities.add(read(authority));
        }
        try {
            return MemberTls.context(certificate, key, authorities);
        } catch (GeneralSecurityException refused) {
            throw new IOException(
                    files.certificate() + ", " + files.key() + ": " + refused.getMessage(),
                    refused);
        }
    }

    /**
     * A PEM file.
     *
     * @throws IOException with a message for the operator
     */
    public static byte[] read(Path file) throws IOException {
        try {
            if (Files.size(file) > PemFiles.BYTES_MAX) {
                throw new IOException(file + ": larger than " + PemFiles.BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new IOException(file + ": no such file; `proa cert cluster` makes it", missing);
        }
    }
}
