package proa.vip.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Kernel settings that vipd has changed on its host, and what they were before: a planned end puts
 * them back. They are written to a file before they are changed, so that a life that follows a
 * crash still knows what to put back; both the file and the settings are gone when the host starts
 * anew. Used by one thread.
 *
 * <p>Each line is {@code PATH BEFORE OURS}; values are single words.
 */
public final class ChangedSettings {

    /** Interfaces of all groups and a few of the host: more lines are none of ours. */
    private static final int LINES_MAX = 10_000;

    private final Path file;
    private final List<Change> changes = new ArrayList<>();

    private record Change(Path setting, String before, String ours) {
        String line() {
            return setting + " " + before + " " + ours + "\n";
        }
    }

    private ChangedSettings(Path file) {
        this.file = file;
    }

    /**
     * With what an earlier life has changed and not put back.
     *
     * @param file in an existing directory; it need not be there
     */
    public static ChangedSettings open(Path file) throws IOException {
        ChangedSettings settings = new ChangedSettings(file);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file).stream().limit(LINES_MAX).toList()) {
                List<String> words = List.of(line.split(" ", -1));
                if (words.size() == 3) {
                    settings.changes.add(
                            new Change(Path.of(words.get(0)), words.get(1), words.get(2)));
                }
            }
        }
        return settings;
    }

    /**
     * Changes a setting unless it is so already.
     *
     * @param setting a file whose whole content is one word
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
            Files.writeString(
                    file, change.line(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            changes.add(change);
        }
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
