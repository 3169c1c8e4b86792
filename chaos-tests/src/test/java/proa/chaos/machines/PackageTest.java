package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import proa.chaos.lab.RequiresNetns;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The Debian package, from the build to the purge: {@code vagrant/test/machines} goes through its
 * life on three machines and ends at the first thing that is not as it should be.
 */
@RequiresNetns
@RequiresPrograms
class PackageTest {

    /** {@code project.build.outputTimestamp}, and the same in {@code vagrant/stage}. */
    private static final LocalDateTime SAID = LocalDateTime.of(2025, 1, 1, 0, 0);

    @Test
    void theSameTreeGivesTheSameBytes() throws Exception {
        Built built = Built.get();
        assertThat(Files.mismatch(built.deb(), built.again())).isEqualTo(-1);
    }

    /** By which {@link ReproducibleTest} can find the same bytes another day. */
    @Test
    void nothingInItKnowsWhenItWasMade() throws Exception {
        Built built = Built.get();
        Set<LocalDateTime> times = new HashSet<>();
        try (Stream<Path> libraries = Files.list(built.tree().resolve("usr/lib/proa/lib"))) {
            for (Path library : libraries.filter(PackageTest::isOurs).toList()) {
                try (ZipFile jar = new ZipFile(library.toFile())) {
                    jar.stream().map(ZipEntry::getTimeLocal).forEach(times::add);
                }
            }
        }
        assertThat(times).containsExactly(SAID);
        assertThat(timeOfFirstMember(built.deb())).isEqualTo(SAID);
    }

    private static boolean isOurs(Path library) {
        return library.getFileName().toString().startsWith("proa-");
    }

    /** Of an archive of {@code ar}: its magic, and a header with the seconds of the epoch. */
    private static LocalDateTime timeOfFirstMember(Path deb) throws IOException {
        try (InputStream bytes = Files.newInputStream(deb)) {
            String header = new String(bytes.readNBytes(68), StandardCharsets.US_ASCII);
            long seconds = Long.parseLong(header.substring(24, 36).strip());
            return LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        }
    }

    /** The main road, without losses of power, without hangs, and never alone. */
    @Test
    void aTrioIsInstalledUpgradedTakenBackAndRemoved() throws Exception {
        goesTheMainRoad(machines("--brief"));
    }

    @Test
    @Tag("long")
    void aTrioIsInstalledUpgradedTakenBackRefusedAndRemoved() throws Exception {
        String output = machines();
        goesTheMainRoad(output);
        assertThat(output)
                .contains("power lost in the middle of one that does not start: taken back")
                .containsPattern("power lost in the middle of an upgrade of .*: it serves again")
                .contains("alone: a version that does not start is taken back, ")
                .contains("alone: PROA_ALONE=yes takes lb2 to another version, ")
                .contains("alone: the file /etc/proa/alone lets it go back, ")
                .containsPattern(
                        "node of lb\\d, the owner, stopped by a signal: another one serves")
                .containsPattern("watchdog: node of lb\\d runs again after \\d+ ms")
                .containsPattern("watchdog: vipd of lb\\d runs again after \\d+ ms");
    }

    /** Runs the script; what it printed. */
    private static String machines(String... options) throws Exception {
        Built built = Built.get();
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(built.deb().toString());
        arguments.add(built.root().toString());
        return Script.run("machines", "vagrant/test/machines", arguments.toArray(String[]::new));
    }

    private static void goesTheMainRoad(String output) {
        assertThat(output)
                .contains("a file with a mistake: not started, and no standby")
                .contains("each has its own key, and none the key of the cluster")
                .containsPattern("provisioned and ready: an answer \\d+ s after the first")
                .contains("provisioned again: no change")
                .containsPattern("upgrade of all three, begun at the same time: \\d+ .* 0 failed")
                .containsPattern(
                        "unattended: .*waiting for the turn of lb\\d: .*lb\\d is out of service")
                .contains("one at a time: ")
                .containsPattern("a version that does not start, .*: \\d+ .* 0 failed")
                .containsPattern("manual pages and completion of \\d+ commands")
                .contains("without nftables: ")
                .containsPattern("refused: .*the node of lb3 is not running")
                .containsPattern("refused: .*the node of lb1 is not running, .*of lb3 is not")
                .containsPattern("vipd, then node of the owner restarted: \\d+ .* 0 failed")
                .contains("refused: a package for another processor")
                .containsPattern("vipd: sockets open and timers running after \\d+ ms .*resident")
                .contains("logs rotated")
                .contains("three crashes: lb1 is a standby")
                .contains("and none any more when its operator says so")
                .contains("removed and purged");
    }
}
