package proa.node.apply;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.agreement.Version;
import proa.config.file.CertificateInspection;
import proa.config.text.CertificateChecks;
import proa.config.text.ConfigParser;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A node's configuration: its own file, or the version that the members have taken in together
 * since that file was last changed. So whoever edits the file on one node is obeyed there, and
 * nothing that was applied is lost by a restart. Any thread.
 */
public final class OwnFile {

    private static final Logger LOG = LoggerFactory.getLogger(OwnFile.class);

    private final Path file;
    private final String node;
    private final VersionFiles versions;
    private volatile @Nullable Text read;
    private volatile @Nullable Text inUse;

    /** A configuration as somebody wrote it, by the hash of what it says. */
    private record Text(String hash, String text) {}

    /**
     * That of a node.
     *
     * @param file what it was started with
     * @param versions what was applied to it
     */
    public OwnFile(Path file, String node, VersionFiles versions) {
        this.file = file;
        this.node = node;
        this.versions = versions;
    }

    /** What counts now, as the node sees it; the first one is what it starts with. */
    public Outcome read() {
        Optional<Kept> applied = applied();
        if (applied.isEmpty()) {
            AtomicReference<String> text = new AtomicReference<>("");
            return remembered(ConfigReader.read(file, node, text::set), text.get());
        }
        Version version = applied.get().version();
        LOG.info("version {} of the cluster counts, not {}", version.number(), file);
        return remembered(
                parse(version.text(), nameOf(version), CertificateChecks.NONE), version.text());
    }

    private Outcome remembered(Outcome outcome, String text) {
        if (outcome instanceof Outcome.Ok sound) {
            Text now = new Text(sound.hash(), text);
            read = now;
            if (inUse == null) {
                inUse = now;
            }
        }
        return outcome;
    }

    /** What was read last has been taken in, if it is that one. */
    public void isInUse(String hash) {
        Text last = read;
        if (last != null && last.hash().equals(hash)) {
            inUse = last;
        }
    }

    /** That has been taken in. */
    void isInUse(String hash, String text) {
        inUse = new Text(hash, text);
    }

    /** What is in use as it was written, if that is known: the file may say something else now. */
    Optional<String> textInUse(String hash) {
        return Optional.ofNullable(inUse)
                .filter(known -> known.hash().equals(hash))
                .map(Text::text);
    }

    /** The version that counts instead of the file. */
    Optional<Kept> applied() {
        Optional<Kept> latest = versions.latest().filter(kept -> kept.version().number() > 0);
        if (latest.isPresent() && !latest.get().fileDigest().equals(digest())) {
            LOG.warn(
                    "{} was changed after version {} was applied: the file counts here",
                    file,
                    latest.get().version().number());
            return Optional.empty();
        }
        return latest;
    }

    /** How messages call the text of a version. */
    static String nameOf(Version version) {
        return version.origin().file() + " (version " + version.number() + ")";
    }

    /** Reads a text in the place of the file, and looks into the certificates of this machine. */
    Outcome check(String text, String name, Instant now) {
        return parse(text, name, new CertificateInspection(now, true));
    }

    private Outcome parse(String text, String name, CertificateChecks certificates) {
        Path parent = file.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        return ConfigParser.parse(text, name, folder, Optional.of(node), certificates);
    }

    /** What the file says as it is. */
    private String text() throws IOException {
        return Files.readString(file);
    }

    /** The text that counts now; that of the file may not have been taken in yet. */
    public String textThatCounts() throws IOException {
        Optional<Kept> applied = applied();
        return applied.isPresent() ? applied.get().version().text() : text();
    }

    /** Where it is. */
    Path path() {
        return file;
    }

    /** SHA-256 of the file's bytes; empty when it cannot be read. */
    String digest() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file, e.getMessage());
            return "";
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
