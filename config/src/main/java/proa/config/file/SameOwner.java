package proa.config.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that is to take the place of another one. Any thread; blocks on the disk. */
public final class SameOwner {

    private SameOwner() {}

    /**
     * Gives it the owner, group and mode of the other one: the node, and vipd, may be other users
     * than who calls this.
     *
     * @param file the one that is there
     * @param fresh the new one; gone when this fails
     * @throws IOException when this user may not; the message is for the operator
     */
    public static void give(Path file, Path fresh) throws IOException {
        try {
            for (String what : List.of("unix:uid", "unix:gid")) {
                Object kept = Files.getAttribute(file, what);
                if (!kept.equals(Files.getAttribute(fresh, what))) {
                    Files.setAttribute(fresh, what, kept);
                }
            }
            Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(file));
        } catch (IOException refused) {
            Files.deleteIfExists(fresh);
            throw new IOException(
                    file
                            + " stays as it is: the new one cannot have its owner, group and mode ("
                            + refused.getMessage()
                            + "); replace it as root, or remove it before",
                    refused);
        }
    }
}
