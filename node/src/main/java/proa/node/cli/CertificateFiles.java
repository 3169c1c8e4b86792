package proa.node.cli;

import proa.config.file.SameOwner;
import proa.config.tls.ClusterAuthority.Issued;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder of certificates and keys. A key is never readable by others, not even while it is being
 * written.
 */
record CertificateFiles(Path folder) {

    private static final FileAttribute<Set<PosixFilePermission>> SECRET =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> PUBLIC =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

    Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /** Whether certificate and key are both there. */
    boolean whole(String name) {
        return Files.exists(certificate(name)) && Files.exists(key(name));
    }

    /**
     * Writes a certificate and its key.
     *
     * @param force whether a key that is there may be replaced
     * @throws IOException when it may not, or the disk refuses
     */
    void write(String name, Issued issued, boolean force) throws IOException {
        Path key = key(name);
        if (Files.exists(key) && !force) {
            throw new IOException(key + " is there already; --force replaces it");
        }
        Files.createDirectories(folder);
        Path freshKey = fresh(key, issued.key(), SECRET);
        Path freshCertificate = fresh(certificate(name), issued.certificate(), PUBLIC);
        replace(freshKey, key);
        replace(freshCertificate, certificate(name));
    }

    /** The secret of session tickets. */
    Path tickets() {
        return folder.resolve("tickets.secret");
    }

    /**
     * Writes the secret of session tickets.
     *
     * @throws IOException when there is one and it may not be replaced, or the disk refuses
     */
    void writeTickets(byte[] secret, boolean force) throws IOException {
        if (Files.exists(tickets()) && !force) {
            throw new IOException(tickets() + " is there already; --force replaces it");
        }
        Files.createDirectories(folder);
        replace(fresh(tickets(), secret, SECRET), tickets());
    }

    /**
     * What is to take the place of a file, beside it. Of one that is there it has the owner, group
     * and mode: the node, and vipd, may be other users than who calls this.
     *
     * @param mode where no file is there
     */
    private static Path fresh(
            Path file, byte[] content, FileAttribute<Set<PosixFilePermission>> mode)
            throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel out = FileChannel.open(fresh, options, mode)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        if (Files.exists(file)) {
            SameOwner.give(file, fresh);
        }
        return fresh;
    }

    /** All or nothing: a crash leaves the old file or the new one. */
    private static void replace(Path fresh, Path file) throws IOException {
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
