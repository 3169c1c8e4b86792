package proa.cluster.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;
import proa.cluster.sessions.SnapshotHeader;
import proa.cluster.snapshot.SnapshotFile.Found;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class SnapshotFileTest {

    private static final SnapshotHeader FIRST = new SnapshotHeader("shop", "lb1", "life", 1);
    private static final SnapshotHeader SECOND = new SnapshotHeader("shop", "lb1", "life", 2);
    private static final Found WHOLE = new Found.Sound(FIRST, 2);

    @TempDir private Path directory;

    private SnapshotFile file;

    @BeforeEach
    void write() throws Exception {
        file = new SnapshotFile(path(), 1 << 20);
        assertThat(file.look()).isEqualTo(new Found.Absent());
        SnapshotFile.Written written =
                file.write(FIRST, to -> to.accept(List.of(copy("a", 10), copy("b", 200_000))));
        assertThat(written).isEqualTo(new SnapshotFile.Written(2, Files.size(path())));
    }

    @Test
    void isWholeAndForItsOwnerOnly() throws Exception {
        assertThat(file.look()).isEqualTo(WHOLE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        List<String> keys = new ArrayList<>();
        file.read(copy -> keys.add(copy.key()));
        assertThat(keys).containsExactly("a", "b");
    }

    @Test
    void aFullDiskLeavesTheLastOne() throws Exception {
        SnapshotFile full =
                new SnapshotFile(
                        path(),
                        1 << 20,
                        _ -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE));
        assertThatThrownBy(() -> full.write(SECOND, to -> to.accept(List.of(copy("c", 10)))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(full.look()).isEqualTo(WHOLE);
        onlyTheLastOneIsThere();
    }

    @Test
    void oneThatWouldBeTooLargeLeavesTheLastOne() throws Exception {
        SnapshotFile small = new SnapshotFile(path(), 100_000);
        assertThatThrownBy(() -> small.write(SECOND, to -> to.accept(List.of(copy("c", 100_000)))))
                .isInstanceOf(IOException.class)
                .hasMessage("more than the 100000 bytes of `size`");
        assertThat(small.look()).isEqualTo(WHOLE);
        onlyTheLastOneIsThere();
    }

    @Test
    void aStoreThatDoesNotGiveEverythingLeavesTheLastOne() throws Exception {
        assertThatThrownBy(
                        () ->
                                file.write(
                                        SECOND,
                                        to -> {
                                            to.accept(List.of(copy("c", 10)));
                                            throw new SessionException.Unavailable("ended");
                                        }))
                .isInstanceOf(SessionException.Unavailable.class);
        assertThat(file.look()).isEqualTo(WHOLE);
        onlyTheLastOneIsThere();
    }

    @Test
    void whatIsLeftOfACrashIsReplaced() throws Exception {
        Files.writeString(directory.resolve("sessions.snapshot.new"), "half");
        file.write(SECOND, to -> to.accept(List.of()));
        assertThat(file.look()).isEqualTo(new Found.Sound(SECOND, 0));
        onlyTheLastOneIsThere();
    }

    @Test
    void aDamagedOneIsFoundAndSetAside() throws Exception {
        byte[] bytes = Files.readAllBytes(path());
        bytes[bytes.length / 2]++;
        Files.write(path(), bytes);
        assertThat(file.look())
                .isEqualTo(new Found.Broken("its checksum is not that of its content"));
        assertThat(file.setAside(".broken")).hasBinaryContent(bytes);
        assertThat(file.look()).isEqualTo(new Found.Absent());
    }

    @Test
    void oneThatChangesBetweenLookingAndReadingIsSaidToHaveChanged() throws Exception {
        Files.writeString(path(), "something else");
        assertThatThrownBy(() -> file.read(_ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has changed");
    }

    private void onlyTheLastOneIsThere() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path());
        }
    }

    private Path path() {
        return directory.resolve("sessions.snapshot");
    }

    private static SessionCopy copy(String key, int length) {
        SessionValue value =
                new SessionValue(
                        "x".repeat(length).getBytes(UTF_8),
                        SessionStore.NEVER,
                        new SessionStamp(1, 1));
        return new SessionCopy(key, value.encode());
    }
}
