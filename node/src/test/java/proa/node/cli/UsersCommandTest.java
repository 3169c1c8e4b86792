package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.node.protocol.resp.Users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class UsersCommandTest {

    private static final String GOOD = "brown mare, 9 stalls";

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("users");
    }

    private Commands.Done add(String user, String password, String... more) {
        String[] all = new String[more.length + 5];
        System.arraycopy(
                new String[] {"users", "add", user, "--file", file().toString()}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return Commands.run(new UsersCommand(() -> password), all);
    }

    private boolean accepts(String user, String password) throws Exception {
        return Users.read("users", Files.readAllLines(file()))
                .accept(user, password.getBytes(UTF_8));
    }

    @Test
    void addsUsersToAFileThatOnlyItsOwnerReads() throws Exception {
        assertThat(add("shop", GOOD)).isEqualTo(new Commands.Done(0, line("added   shop"), ""));
        assertThat(add("default", GOOD + "!").code()).isZero();
        assertThat(accepts("shop", GOOD)).isTrue();
        assertThat(accepts("default", GOOD + "!")).isTrue();
        assertThat(accepts("default", GOOD)).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file())).doesNotContain("brown");
        assertNothingElseIsLeft();
    }

    private static String line(String text) {
        return text + System.lineSeparator();
    }

    private void assertNothingElseIsLeft() throws IOException {
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void aFileThatIsNoTextIsNamedWithItsPlaceAndStaysAsItIs() throws Exception {
        byte[] before = "# zwölf\n".getBytes(ISO_8859_1);
        Files.write(file(), before);
        Commands.Done done = add("shop", GOOD);
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err())
                .contains(file() + ":1: the byte at offset 4 is not UTF-8 text")
                .doesNotContain("\tat ");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void usersOfTheDashboardHaveARole() throws Exception {
        assertThat(add("olga", GOOD, "--role", "operate").out()).isEqualTo(line("added   olga"));
        assertThat(Files.readString(file()))
                .startsWith("olga:pbkdf2-sha512$")
                .endsWith(":operate\n");
        assertThat(add("vera", GOOD, "--role", "root").err())
                .contains("--role is view, operate or admin, not 'root'");
        assertThat(add("vera", GOOD, "--role", "view", "--access", "read").err())
                .contains("--role is for the dashboard");
    }

    @Test
    void aListedUserIsReplacedOnlyWhenAsked() throws Exception {
        Files.writeString(file(), "# of the shop\n");
        add("shop", GOOD);
        Commands.Done again = add("shop", "another good password");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("users:2: 'shop' is listed already (--replace)");
        assertThat(accepts("shop", GOOD)).isTrue();
        assertThat(add("shop", "another good password", "--replace").out())
                .isEqualTo(line("changed shop"));
        assertThat(accepts("shop", "another good password")).isTrue();
        assertThat(Files.readAllLines(file())).hasSize(2).startsWith("# of the shop");
    }

    /** As the package wants it: of root, and readable for the node's group. */
    @Test
    void aFileKeepsItsOwnerGroupAndMode() throws Exception {
        add("shop", GOOD);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        Object group = Files.getAttribute(file(), "unix:gid");
        if (mayGiveAway()) {
            group = 4_711;
            Files.setAttribute(file(), "unix:uid", 4_712);
            Files.setAttribute(file(), "unix:gid", group);
        }
        Object owner = Files.getAttribute(file(), "unix:uid");
        assertThat(add("cart", GOOD).code()).isZero();
        assertThat(Files.getAttribute(file(), "unix:gid")).isEqualTo(group);
        assertThat(Files.getAttribute(file(), "unix:uid")).isEqualTo(owner);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r-----");
        assertNothingElseIsLeft();
    }

    private boolean mayGiveAway() throws IOException {
        return Files.getAttribute(folder, "unix:uid").equals(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                | the password is empty
                    short             | the password is shorter than 12 characters
                    aaaaaaaaaaaabbbb  | the password has fewer than 5 different characters
                    Password1234      | the password is easily guessed
                    shopshopshop1     | the password is easily guessed
                    """)
    void aWeakPasswordIsRefusedInOneLine(String password, String why) {
        Commands.Done done = add("shop", password);
        assertThat(done).isEqualTo(new Commands.Done(1, "", line("proa: " + why)));
        assertThat(file()).doesNotExist();
    }

    @Test
    void aBadNameAndADamagedFileAreRefused() throws Exception {
        assertThat(add("sh:op", GOOD).err()).contains("'sh:op'");
        Files.writeString(file(), "shop:plain\n");
        Commands.Done done = add("other", GOOD);
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).contains("users:1: not a password hash");
        assertThat(Files.readString(file())).isEqualTo("shop:plain\n");
    }

    @Test
    void rightsAreWrittenBehindTheHashAndKeptWithANewPassword() throws Exception {
        assertThat(add("shop", GOOD, "--access", "read", "--keys", "shop:,cart:").code()).isZero();
        assertThat(Files.readString(file())).endsWith(":read:shop:,cart:\n");
        assertThat(add("shop", GOOD + "!", "--replace").code()).isZero();
        assertThat(Files.readString(file())).endsWith(":read:shop:,cart:\n");
        assertThat(accepts("shop", GOOD + "!")).isTrue();
        assertThat(add("shop", GOOD, "--replace", "--access", "admin").code()).isZero();
        assertThat(Files.readString(file())).endsWith(":admin\n");
        assertThat(add("other", GOOD, "--access", "all").err()).contains("--access is read");
        assertThat(add("other", GOOD, "--keys", "a").err()).contains("--keys needs --access");
    }

    @Test
    void aNewPasswordOfTheDashboardKeepsTheRoleAndANewUserNeedsOne() throws Exception {
        assertThat(add("olga", GOOD, "--role", "operate").code()).isZero();
        assertThat(add("vera", GOOD).err())
                .contains("lists users of the dashboard: add --role view, operate or admin");
        Commands.Done changed = add("olga", GOOD + "!", "--replace");
        assertThat(changed.code()).as(changed.err()).isZero();
        assertThat(Files.readString(file())).endsWith(":operate\n");
    }
}
