package proa.vip.linux;

import proa.config.file.KernelFiles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Kernel settings that vipd has changed on its host, and what they were before: a planned end puts
 * them back. They are written to a file before they are changed, so that a life that follows a
 * crash still knows what to put back; both the file and the settings are gone when the host starts
 * anew. Used by one thread.
 *
 * <p>Each line is {@code PATH BEFORE OURS}; values are whole numbers. Others must not have vipd
 * write what it may and they may not: the file is where only vipd may write, if its supervisor has
 * given it such a folder, and counts only if it is this user's and nobody else may write it; a line
 * counts only if vipd changes a setting of that name.
 */
public final class ChangedSettings {

    /** Interfaces of all groups and a few of the host: more lines are none of ours. */
    private static final int LINES_MAX = 10_000;

    private static final int FILE_BYTES_MAX = 1 << 20;

    private static final Path KERNEL = Path.of("/proc/sys/net");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Path kernel;
    private final List<Change> changes = new ArrayList<>();

    private record Change(Path setting, String before, String ours) {
        String line() {
            return setting + " " + before + " " + ours + "\n";
        }
    }

    private ChangedSettings(Path file, Path kernel) {
        this.file = file;
        this.kernel = kernel;
    }

    /**
     * Where the file is: in the folder that is this service's alone until the next boot (systemd's
     * {@code RuntimeDirectory}), if there is one. Between a look at a file and its opening whoever
     * may write the folder could exchange it.
     *
     * @param runDirectory where it is otherwise
     * @param environment of this process
     */
    public static Path file(Path runDirectory, Map<String, String> environment) {
        // Several are separated by colons; the first is the service's own.
        String folder = environment.getOrDefault("RUNTIME_DIRECTORY", "").split(":", -1)[0];
        return (folder.isEmpty() ? runDirectory : Path.of(folder)).resolve("settings");
    }

    /**
     * With what an earlier life has changed and not put back.
     *
     * @param file in an existing directory; it need not be there
     */
    public static ChangedSettings open(Path file) throws IOException {
        return open(file, KERNEL, own());
    }

    /**
     * The same of another kernel.
     *
     * @param kernel the folder that settings are in
     * @param own number of the user whose the file has to be
     */
    static ChangedSettings open(Path file, Path kernel, int own) throws IOException {
        ChangedSettings settings = new ChangedSettings(file, kernel);
        if (isOurs(file, own)) {
            settings.read();
        } else {
            Files.deleteIfExists(file);
        }
        return settings;
    }

    /** The user that this process works as: the second of "Uid: real effective saved files". */
    private static int own() throws IOException {
        return KernelFiles.text(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> Integer.parseUnsignedInt(line.split("\\s+", -1)[2]))
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/status names no user"));
    }

    private static void create(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    private static boolean isOurs(Path file, int own) throws IOException {
        try {
            PosixFileAttributes it =
                    Files.readAttributes(
                            file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return it.isRegularFile()
                    && Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(own)
                    && !it.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    && !it.permissions().contains(PosixFilePermission.OTHERS_WRITE);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private void read() throws IOException {
        try (InputStream in =
                Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            String text = new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
            text.lines().limit(LINES_MAX).forEach(this::read);
        }
    }

    private void read(String line) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.size() == 3
                && isOfKernel(words.getFirst())
                && NUMBER.matcher(words.get(1)).matches()
                && NUMBER.matcher(words.get(2)).matches()) {
            changes.add(new Change(Path.of(words.getFirst()), words.get(1), words.get(2)));
        }
    }

    /** Without a way out of the folder, and of a name that is changed here. */
    private boolean isOfKernel(String name) {
        if (name.indexOf('\0') >= 0) {
            return false;
        }
        Path setting = Path.of(name);
        return setting.startsWith(kernel)
                && setting.equals(setting.normalize())
                && Sysctl.CHANGED.contains(String.valueOf(setting.getFileName()));
    }

    /**
     * Changes a setting unless it is so already.
     *
     * @param setting a file whose whole content is a number, of one of the names of {@link
     *     Sysctl#CHANGED}
     */
    void set(Path setting, String value) throws IOException {
        String before = Files.readString(setting).strip();
        if (before.equals(value)) {
            return;
        }
        remember(new Change(setting, before, value));
        Files.writeString(setting, value + "\n");
    }

    /**
     * Has a setting put back that the kernel changes of its own accord when another one is put
     * back: one that is changed here after this call.
     *
     * @param then what the kernel makes of it
     */
    void keep(Path setting, String then) throws IOException {
        String before = Files.readString(setting).strip();
        if (!before.equals(then)) {
            remember(new Change(setting, before, then));
        }
    }

    private void remember(Change change) throws IOException {
        if (changes.stream().noneMatch(each -> each.setting.equals(change.setting))) {
            note(change);
            changes.add(change);
        }
    }

    private void note(Change change) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            create(file);
        }
        Files.writeString(
                file, change.line(), StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Puts back what is still as it was set here, the last change first, and forgets it all. What
     * somebody else has set meanwhile stays, and so does what is gone with its interface.
     *
     * @throws IOException about the first that cannot be written; the others are put back
     */
    public void restore() throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (Change change : changes.reversed()) {
            try {
                if (Files.exists(change.setting)
                        && Files.readString(change.setting).strip().equals(change.ours)) {
                    Files.writeString(change.setting, change.before + "\n");
                }
            } catch (IOException e) {
                failures.add(e);
            }
        }
        changes.clear();
        Files.deleteIfExists(file);
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }
}
