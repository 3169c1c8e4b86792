package proa.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** Settings that come back: as of the kernel, but files. */
final class ChangedSettingsTest {

    @TempDir private Path folder;

    private Path setting(String name, String value) throws IOException {
        return Files.writeString(folder.resolve(name), value + "\n");
    }

    private ChangedSettings open() throws IOException {
        return ChangedSettings.open(file(), folder, own());
    }

    private Path file() {
        return folder.resolve("settings");
    }

    private int own() throws IOException {
        return (int) Files.getAttribute(folder, "unix:uid");
    }

    /** As an earlier life may have left it. */
    private void left(String... lines) throws IOException {
        Files.writeString(file(), String.join("\n", lines) + "\n");
        mode(file(), "rw-------");
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String read(Path setting) throws IOException {
        return Files.readString(setting).strip();
    }

    @Test
    void whatWasChangedComesBackAndWhatWasAsWantedIsNoChange() throws IOException {
        Path changed = setting("ip_forward", "0");
        Path wanted = setting("forwarding", "1");
        ChangedSettings settings = open();
        settings.set(changed, "1");
        settings.set(wanted, "1");
        assertThat(read(changed)).isEqualTo("1");
        setting("forwarding", "5");
        settings.restore();
        assertThat(read(changed)).isEqualTo("0");
        assertThat(read(wanted)).as("none of ours").isEqualTo("5");
        assertThat(folder.resolve("settings")).doesNotExist();
    }

    @Test
    void aLifeAfterACrashKnowsWhatThereWasBeforeTheFirst() throws IOException {
        Path setting = setting("ip_forward", "0");
        open().set(setting, "2");
        setting("ip_forward", "1"); // somebody meddles
        ChangedSettings second = open();
        second.set(setting, "2");
        assertThat(read(setting)).isEqualTo("2");
        second.restore();
        assertThat(read(setting)).isEqualTo("0");
    }

    @Test
    void whatSomebodyElseHasSetSinceStaysAndWhatIsGoneIsLeftOut() throws IOException {
        Path taken = setting("ip_forward", "0");
        Path gone = setting("forwarding", "0");
        ChangedSettings settings = open();
        settings.set(taken, "1");
        settings.set(gone, "1");
        setting("ip_forward", "3");
        Files.delete(gone);
        settings.restore();
        assertThat(read(taken)).isEqualTo("3");
        assertThat(gone).doesNotExist();
    }

    /** As the kernel does to every interface with {@code ip_forward}. */
    @Test
    void whatIsChangedAlongComesBackAfterWhatChangesIt() throws IOException {
        Path along = setting("forwarding", "1");
        Path same = setting("accept_redirects", "0");
        Path leads = setting("ip_forward", "0");
        ChangedSettings settings = open();
        settings.keep(along, "0");
        settings.keep(same, "0");
        settings.set(leads, "1");
        assertThat(Files.readAllLines(folder.resolve("settings"))).hasSize(2);
        setting("forwarding", "0"); // what putting back the other makes of it
        ChangedSettings next = open();
        next.restore();
        assertThat(read(along)).isEqualTo("1");
        assertThat(read(same)).isEqualTo("0");
        assertThat(read(leads)).isEqualTo("0");
    }

    @Test
    void oneThatCannotBePutBackDoesNotKeepTheOthers() throws IOException {
        Path first = setting("ip_forward", "0");
        Path second = setting("forwarding", "0");
        ChangedSettings settings = open();
        settings.set(first, "1");
        settings.set(second, "1");
        Files.delete(second);
        Files.createDirectory(second);
        assertThatThrownBy(settings::restore).isInstanceOf(IOException.class);
        assertThat(read(first)).isEqualTo("0");
    }

    @Test
    void aDamagedLineIsNoSetting() throws IOException {
        Path setting = setting("ip_forward", "1");
        left("rubbish", setting + " 0 1", "", setting + "\0 0 1");
        open().restore();
        assertThat(read(setting)).isEqualTo("0");
    }

    @Test
    void theFileIsForItsOwnerAlone() throws Exception {
        open().set(setting("ip_forward", "0"), "1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    /** Whoever may write the folder may not have this process write for him. */
    @Test
    void aFileThatOthersMayHaveWrittenIsNone() throws Exception {
        Path setting = setting("ip_forward", "1");
        for (String mode : List.of("rw-rw----", "rw----rw-")) {
            left(setting + " 0 1");
            mode(file(), mode);
            assertThatNothingIsPutBack(setting, own());
        }
        left(setting + " 0 1");
        assertThatNothingIsPutBack(setting, own() + 1);
        Path elsewhere = folder.resolve("elsewhere");
        Files.writeString(elsewhere, setting + " 0 1\n");
        mode(elsewhere, "rw-------");
        Files.createSymbolicLink(file(), elsewhere);
        assertThatNothingIsPutBack(setting, own());
        assertThat(elsewhere).as("where a link leads").exists();
    }

    private void assertThatNothingIsPutBack(Path setting, int own) throws IOException {
        ChangedSettings.open(file(), folder, own).restore();
        assertThat(read(setting)).isEqualTo("1");
        assertThat(Files.exists(file(), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    /** The node's user may write the run directory, and exchange files between look and opening. */
    @Test
    void theFileIsWhereOnlyTheServiceMayWrite() throws Exception {
        Path run = Path.of("/run/proa");
        assertThat(ChangedSettings.file(run, Map.of("RUNTIME_DIRECTORY", "/run/proa-vipd")))
                .isEqualTo(Path.of("/run/proa-vipd/settings"));
        assertThat(ChangedSettings.file(run, Map.of("RUNTIME_DIRECTORY", "/run/a:/run/b")))
                .isEqualTo(Path.of("/run/a/settings"));
        assertThat(ChangedSettings.file(run, Map.of())).isEqualTo(run.resolve("settings"));
        Path unit = Path.of("vagrant/deb/tree/usr/lib/systemd/system/proa-vipd.service");
        assertThat(Files.readAllLines(Path.of(System.getProperty("proa.home")).resolve(unit)))
                .contains(
                        "RuntimeDirectory=proa-vipd",
                        "RuntimeDirectoryMode=0700",
                        "RuntimeDirectoryPreserve=yes");
    }

    @Test
    void onlySettingsOfTheKernelThatAreChangedHereArePutBack() throws Exception {
        Path kernel = Files.createDirectory(folder.resolve("kernel"));
        Path outside = setting("forwarding", "1");
        Path other = Files.writeString(kernel.resolve("ip_default_ttl"), "1\n");
        Path ours = Files.writeString(kernel.resolve("ip_forward"), "1\n");
        left(
                outside + " 0 1",
                kernel + "/../forwarding 0 1",
                other + " 0 1",
                ours + " nonsense 1",
                "forwarding 0 1");
        ChangedSettings.open(file(), kernel, own()).restore();
        for (Path each : List.of(outside, other, ours)) {
            assertThat(read(each)).as(each.toString()).isEqualTo("1");
        }
    }

    @Test
    void whatCountsIsUnderTheKernelsOwnFolder() throws Exception {
        Path setting = setting("ip_forward", "1");
        left(setting + " 0 1");
        ChangedSettings.open(file()).restore();
        assertThat(read(setting)).isEqualTo("1");
    }
}
