package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.raft.RaftEntry;
import proa.cluster.raft.RaftSnapshot;
import proa.cluster.raft.RaftState;
import proa.cluster.raft.RaftWork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class RaftDiskTest {

    private static final RaftState.Vote VOTE = new RaftState.Vote(7, 2, RaftState.Standing.VOTER);

    private static final String OWNER = "test as lb1";

    @TempDir private Path folder;

    private RaftDisk open() throws IOException {
        return RaftDisk.open(folder, OWNER);
    }

    /** What a member that starts now would find. */
    private RaftDisk.Found found() throws IOException {
        return found(OWNER);
    }

    private RaftDisk.Found found(String owner) throws IOException {
        try (RaftDisk disk = RaftDisk.open(folder, owner)) {
            return disk.read();
        }
    }

    private static List<RaftEntry> entries(long from, int count, long term) {
        List<RaftEntry> entries = new ArrayList<>();
        for (long at = from; at < from + count; at++) {
            entries.add(new RaftEntry(at, term, ("command " + at).getBytes(UTF_8)));
        }
        return entries;
    }

    private static RaftWork work(
            RaftState.Vote vote, RaftWork.Installed install, long cut, List<RaftEntry> append) {
        return new RaftWork(vote, install, cut, append, List.of());
    }

    private static List<String> texts(RaftState state) {
        return state.entries().stream()
                .map(
                        each ->
                                each.index()
                                        + "/"
                                        + each.term()
                                        + " "
                                        + new String(each.command(), UTF_8))
                .toList();
    }

    @Test
    void whatWasWrittenIsThereAgain() throws IOException {
        try (RaftDisk disk = open()) {
            assertThat(disk.read().state()).isEqualTo(RaftState.EMPTY);
            disk.write(work(VOTE, null, 0, entries(1, 5, 6)));
            disk.write(work(null, null, 4, entries(4, 1, 7)));
        }
        RaftState found = found().state();
        assertThat(found.vote()).isEqualTo(VOTE);
        assertThat(texts(found))
                .containsExactly(
                        "1/6 command 1", "2/6 command 2", "3/6 command 3", "4/7 command 4");
    }

    @Test
    void aSnapshotTakesTheBeginningsPlace() throws IOException {
        byte[] content = "made by three".getBytes(UTF_8);
        try (RaftDisk disk = open()) {
            disk.read();
            disk.write(work(VOTE, null, 0, entries(1, 5, 6)));
            Path prepared = disk.prepare(3, 6, to -> to.accept(content));
            var taken = disk.adopt(prepared, 3, entries(4, 2, 6));
            assertThat(taken.piece(5, 2)).isEqualTo(Arrays.copyOfRange(content, 5, 7));
            disk.write(work(null, null, 0, entries(6, 1, 6)));
        }
        try (RaftDisk disk = open()) {
            RaftDisk.Found found = disk.read();
            assertThat(found.state().snapshot().index()).isEqualTo(3);
            assertThat(found.state().snapshot().term()).isEqualTo(6);
            assertThat(UTF_8.decode(found.content()).toString()).isEqualTo("made by three");
            assertThat(texts(found.state())).hasSize(3).first().isEqualTo("4/6 command 4");
            assertThat(disk.write(work(null, null, 0, entries(7, 1, 6)))).isNull();
            RaftWork.Installed sent = new RaftWork.Installed(20, 8, content);
            RaftSnapshot kept = disk.write(work(null, sent, 0, entries(21, 1, 8)));
            assertThat(kept).as("on the disk, not in memory").isNotSameAs(sent);
            assertThat(kept.index()).isEqualTo(20);
            assertThat(kept.term()).isEqualTo(8);
            assertThat(kept.piece(0, 100)).isEqualTo(content);
        }
        RaftState installed = found().state();
        assertThat(installed.snapshot().index()).isEqualTo(20);
        assertThat(texts(installed)).containsExactly("21/8 command 21");
    }

    @Test
    void aPartOfASnapshotIsNotLeftBehind() throws IOException {
        try (RaftDisk disk = open()) {
            disk.read();
            assertThatThrownBy(
                            () ->
                                    disk.prepare(
                                            3,
                                            6,
                                            to -> {
                                                to.accept(new byte[9]);
                                                throw new UncheckedIOException(
                                                        new IOException("no space"));
                                            }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no space");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).extracting(Path::getFileName).containsExactly(Path.of("log"));
        }
    }

    @Test
    void whatIsKeptIsForItsOwnerOnlyAlsoWhatWasThereBefore() throws IOException {
        Path group = Files.createDirectory(folder.resolve("group"));
        Files.createFile(group.resolve("log"));
        for (Path each : List.of(group, group.resolve("log"))) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwx---"));
        }
        for (Path each : List.of(group, folder.resolve("fresh"))) {
            try (RaftDisk disk = RaftDisk.open(each, OWNER)) {
                disk.read();
                disk.write(work(VOTE, null, 0, entries(1, 5, 6)));
                disk.adopt(disk.prepare(3, 6, to -> to.accept(new byte[9])), 3, List.of());
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(each)) {
                assertThat(files)
                        .hasSize(3)
                        .allSatisfy(
                                file ->
                                        assertThat(Files.getPosixFilePermissions(file))
                                                .isEqualTo(
                                                        PosixFilePermissions.fromString(
                                                                "rw-------")));
            }
        }
    }

    @Test
    void whatWasBeingWrittenGoesAndEverythingBeforeStays() throws IOException {
        try (RaftDisk disk = open()) {
            disk.read();
            disk.write(work(VOTE, null, 0, entries(1, 3, 6)));
        }
        Path log = folder.resolve("log");
        byte[] whole = Files.readAllBytes(log);
        for (int length = whole.length - 1; length > whole.length - 30; length--) {
            Files.write(log, Arrays.copyOf(whole, length));
            assertThat(texts(found().state())).containsExactly("1/6 command 1", "2/6 command 2");
        }
        whole[whole.length - 1] ^= 1;
        Files.write(log, whole);
        try (RaftDisk disk = open()) {
            assertThat(texts(disk.read().state())).hasSize(2);
            disk.write(work(null, null, 0, entries(3, 1, 7)));
        }
        assertThat(texts(found().state())).last().isEqualTo("3/7 command 3");
    }

    @Test
    void whatCannotBeTrustedIsRefused() throws IOException {
        try (RaftDisk disk = open()) {
            disk.read();
            disk.write(work(VOTE, null, 0, entries(1, 3, 6)));
        }
        assertThatThrownBy(() -> found("other as lb1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is of test as lb1, and this is other as lb1");
        byte[] vote = Files.readAllBytes(folder.resolve("vote"));
        vote[10] ^= 1;
        Files.write(folder.resolve("vote"), vote);
        assertThatThrownBy(this::found).hasMessageContaining("vote is damaged");
        Files.delete(folder.resolve("vote"));
        assertThatThrownBy(this::found).hasMessageContaining("is missing beside a log");
        Files.write(folder.resolve("snapshot"), new byte[40]);
        assertThatThrownBy(this::found).hasMessageContaining("snapshot is damaged");
    }
}
