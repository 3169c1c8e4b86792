package proa.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

class OwnFolderTest {

    @TempDir private Path folder;

    private Path with(String permissions) throws Exception {
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void onlyWhatNobodyElseMayWriteToIsOnesOwn() throws Exception {
        assertThat(OwnFolder.is(with("rwxr-xr-x"))).isTrue();
        assertThat(OwnFolder.is(with("rwxrwxr-x"))).isFalse();
        assertThat(OwnFolder.is(with("rwxr-xrwx"))).isFalse();
    }

    @Test
    void anothersALinkAndAFileAreNot() throws Exception {
        with("rwx------");
        UserPrincipal stranger = () -> "stranger";
        assertThat(OwnFolder.is(folder, Files.getOwner(folder))).isTrue();
        assertThat(OwnFolder.is(folder, stranger)).isFalse();
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        assertThat(OwnFolder.is(link)).isFalse();
        assertThat(OwnFolder.is(Files.createFile(folder.resolve("file")))).isFalse();
        assertThat(OwnFolder.is(folder.resolve("none"))).isFalse();
    }
}
