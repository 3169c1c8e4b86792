package proa.chaos.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;

/**
 * Whether a folder among those of everybody is this user's. Anybody may make one of any name below
 * the folder for temporary files, and write into it whose processes are to be ended.
 */
public final class OwnFolder {

    private OwnFolder() {}

    /** A folder itself, no link to one, which this user owns and nobody else may write to. */
    public static boolean is(Path folder) throws IOException {
        return is(folder, self());
    }

    /** The same for another user. */
    static boolean is(Path folder, UserPrincipal user) throws IOException {
        PosixFileAttributes found;
        try {
            found =
                    Files.readAttributes(
                            folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException _) {
            return false; // gone since it was listed
        }
        return found.isDirectory()
                && found.owner().equals(user)
                && !found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    /** Who owns what this process makes; its name may not be one that can be looked up. */
    private static UserPrincipal self() throws IOException {
        Path own = Files.createTempFile("proa-self", "");
        try {
            return Files.getOwner(own);
        } finally {
            Files.delete(own);
        }
    }
}
