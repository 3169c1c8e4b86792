package proa.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings that come back: as of the kernel, but files. */
final class ChangedSettingsTest {

    @TempDir private Path folder;

    private Path setting(String name, String value) throws IOException {
        return Files.writeString(folder.resolve(name), value + "\n");
    }

    private ChangedSettings open() throws IOException {
        return ChangedSettings.open(folder.resolve("settings"));
    }

    private static String read(Path setting) throws IOException {
        return Files.readString(setting).strip();
    }

    @Test
    void whatWasChangedComesBackAndWhatWasAsWantedIsNoChange() throws IOException {
        Path changed = setting("changed", "0");
        Path wanted = setting("wanted", "1");
        ChangedSettings settings = open();
        settings.set(changed, "1");
        settings.set(wanted, "1");
        assertThat(read(changed)).isEqualTo("1");
        setting("wanted", "5");
        settings.restore();
        assertThat(read(changed)).isEqualTo("0");
        assertThat(read(wanted)).as("none of ours").isEqualTo("5");
        assertThat(folder.resolve("settings")).doesNotExist();
    }

    @Test
    void aLifeAfterACrashKnowsWhatThereWasBeforeTheFirst() throws IOException {
        Path setting = setting("setting", "0");
        open().set(setting, "2");
        setting("setting", "1"); // somebody meddles
        ChangedSettings second = open();
        second.set(setting, "2");
        assertThat(read(setting)).isEqualTo("2");
        second.restore();
        assertThat(read(setting)).isEqualTo("0");
    }

    @Test
    void whatSomebodyElseHasSetSinceStaysAndWhatIsGoneIsLeftOut() throws IOException {
        Path taken = setting("taken", "0");
        Path gone = setting("gone", "0");
        ChangedSettings settings = open();
        settings.set(taken, "1");
        settings.set(gone, "1");
        setting("taken", "3");
        Files.delete(gone);
        settings.restore();
        assertThat(read(taken)).isEqualTo("3");
        assertThat(gone).doesNotExist();
    }

    /** As the kernel does to every interface with {@code ip_forward}. */
    @Test
    void whatIsChangedAlongComesBackAfterWhatChangesIt() throws IOException {
        Path along = setting("along", "1");
        Path same = setting("same", "0");
        Path leads = setting("leads", "0");
        ChangedSettings settings = open();
        settings.keep(along, "0");
        settings.keep(same, "0");
        settings.set(leads, "1");
        assertThat(Files.readAllLines(folder.resolve("settings"))).hasSize(2);
        setting("along", "0"); // what putting back the other makes of it
        ChangedSettings next = open();
        next.restore();
        assertThat(read(along)).isEqualTo("1");
        assertThat(read(same)).isEqualTo("0");
        assertThat(read(leads)).isEqualTo("0");
    }

    @Test
    void oneThatCannotBePutBackDoesNotKeepTheOthers() throws IOException {
        Path first = setting("first", "0");
        Path second = setting("second", "0");
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
        Path setting = setting("setting", "1");
        Files.writeString(folder.resolve("settings"), "rubbish\n" + setting + " 0 1\n\n");
        open().restore();
        assertThat(read(setting)).isEqualTo("0");
    }
}
