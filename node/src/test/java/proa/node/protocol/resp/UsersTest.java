package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class UsersTest {

    private static final byte[] RIGHT = "correct horse".getBytes(UTF_8);
    private static final byte[] WRONG = "correct house".getBytes(UTF_8);

    @Test
    void onlyTheListedUsersPasswordIsAccepted() throws Exception {
        String line = "shop:" + PasswordHash.of(RIGHT);
        Users users = Users.read("users", List.of("# applications", "", line));
        assertThat(users.accept("shop", WRONG)).isFalse();
        assertThat(users.accept("shop", RIGHT)).isTrue();
        assertThat(users.accept("shop", RIGHT)).isTrue();
        assertThat(users.accept("shop", WRONG)).isFalse();
        assertThat(users.accept("other", RIGHT)).isFalse();
    }

    @Test
    void whoLogsInWithManyConnectionsAtOncePaysOnce() throws Exception {
        Users users = Users.read("users", List.of("shop:" + PasswordHash.of(RIGHT)));
        List<Future<Boolean>> logins = new ArrayList<>();
        try (ExecutorService applications = Executors.newFixedThreadPool(16)) {
            for (int count = 0; count < 16; count++) {
                logins.add(applications.submit(() -> users.accept("shop", RIGHT)));
            }
            for (Future<Boolean> login : logins) {
                assertThat(login.get()).isTrue();
            }
        }
        assertThat(users.fullChecks()).isEqualTo(1);
    }

    @Test
    void twoHashesOfOnePasswordDiffer() {
        assertThat(PasswordHash.of(RIGHT).toString())
                .isNotEqualTo(PasswordHash.of(RIGHT).toString())
                .startsWith("pbkdf2-sha512$210000$")
                .doesNotContain("correct");
    }

    @Test
    void aBadFileNamesItsLine() {
        refused("users:1: expected user:hash", "no colon");
        refused("users:2: not a password hash", "# x", "shop:plaintext");
        refused("users:1: not a password hash", "shop:pbkdf2-sha512$0$AAAAAAAA$AAAAAAAA");
        refused("users:1: expected user:hash", "sh op:x");
        refused("users: lists no user", "# nobody");
    }

    private static void refused(String why, String... lines) {
        assertThatThrownBy(() -> Users.read("users", List.of(lines)))
                .isInstanceOf(Users.UsersException.class)
                .hasMessageContaining(why);
    }

    @Test
    void rightsStandBehindTheHash() throws Exception {
        String hash = PasswordHash.of(RIGHT).toString();
        Users users =
                Users.read(
                        "users",
                        List.of(
                                "plain:" + hash,
                                "reader:" + hash + ":read",
                                "shop:" + hash + ":write:shop:,cart:",
                                "root:" + hash + ":admin"));
        assertThat(users.accept("shop", RIGHT)).isTrue();
        assertThat(users.rights("plain")).isEqualTo(Rights.DEFAULT);
        assertThat(users.rights("reader").allows(Rights.Access.WRITE)).isFalse();
        assertThat(users.rights("reader").allows(Rights.Access.READ)).isTrue();
        assertThat(users.rights("reader").covers("anything")).isTrue();
        assertThat(users.rights("shop").covers("cart:1")).isTrue();
        assertThat(users.rights("shop").covers("sess:1")).isFalse();
        assertThat(users.rights("shop").allows(Rights.Access.ADMIN)).isFalse();
        assertThat(users.rights("root").allows(Rights.Access.ADMIN)).isTrue();
    }

    @Test
    void rightsThatAreNoneAreToldWithTheirLine() {
        String hash = PasswordHash.of(RIGHT).toString();
        for (String rights : List.of("", "all", "read:", "write:a,,b", "write:a b", "READ")) {
            assertThatThrownBy(() -> Users.read("users", List.of("#", "a:" + hash + ":" + rights)))
                    .as(rights)
                    .hasMessageStartingWith("users:2: expected read, write or admin");
        }
    }
}
