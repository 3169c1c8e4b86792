package proa.node.protocol.resp;

import proa.config.file.PlainFiles;
import proa.config.file.SameOwner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of {@link Users}, changed as a whole: a reader sees it before or after, and a crash leaves
 * one of both. A new one has mode 0600; one that is there keeps owner, group and mode: the node may
 * run as another user than the operator who edits. One writer at a time: an operator.
 */
public final class UsersFile {

    private static final String OWNER_ONLY = "rw-------";

    private final Path file;
    private final Form form;

    /** What lines have to look like. */
    @FunctionalInterface
    public interface Form {
        /**
         * Looks at all lines of a file.
         *
         * @throws Users.UsersException naming the line that is wrong
         */
        void check(String file, List<String> lines) throws Users.UsersException;
    }

    /**
     * Users of the session store.
     *
     * @param file need not exist; its folder must
     */
    public UsersFile(Path file) throws IOException {
        this(file, Users::read);
    }

    /**
     * Users of something.
     *
     * @param file need not exist; its folder must
     * @param form what the file is to look like when it has been changed
     */
    public UsersFile(Path file, Form form) throws IOException {
        this.form = form;
        // A rename would replace the link instead of what it points to.
        this.file = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    }

    /**
     * Adds a user, or replaces the password of one that is listed.
     *
     * @param rights what stands behind the hash; empty: nothing, or what stood there
     * @return whether the user was listed before
     * @throws Users.UsersException when the file is not of the form, or the user is listed and may
     *     not be replaced
     */
    public boolean put(String user, PasswordHash hash, boolean replace, String rights)
            throws IOException, Users.UsersException {
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            lines.addAll(PlainFiles.lines(file));
        }
        int listed = at(lines, user);
        String[] before = listed < 0 ? new String[0] : lines.get(listed).strip().split(":", 3);
        String kept = rights.isEmpty() && before.length == 3 ? before[2] : rights;
        String line = user + ":" + hash + (kept.isEmpty() ? "" : ":" + kept);
        if (listed >= 0 && !replace) {
            throw new Users.UsersException(
                    file + ":" + (listed + 1) + ": '" + user + "' is listed already (--replace)");
        }
        if (listed >= 0) {
            lines.set(listed, line);
        } else {
            lines.add(line);
        }
        // What this node would refuse to start with is not written.
        form.check(file.toString(), lines);
        write(lines);
        return listed >= 0;
    }

    private static int at(List<String> lines, String user) {
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).strip().startsWith(user + ":")) {
                return at;
            }
        }
        return -1;
    }

    private void write(List<String> lines) throws IOException {
        Path fresh =
                Files.createTempFile(
                        file.getParent(),
                        "." + file.getFileName(),
                        ".new",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(OWNER_ONLY)));
        try {
            byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(text);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            if (Files.exists(file)) {
                SameOwner.give(file, fresh);
            }
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
