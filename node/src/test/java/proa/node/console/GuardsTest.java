package proa.node.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import proa.node.admin.Level;
import proa.node.console.Accounts.Account;
import proa.node.console.Logins.Login;
import proa.node.console.Samples.Column;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is bounded and what is forgotten: attempts, logins, samples; what accounts look like. */
class GuardsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Account ANNA = new Account("anna", Level.ADMIN, "anna:x:admin");

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void afterFiveFailuresOneWaitsUntilTheFirstIsAMinuteOld() {
        Attempts attempts = new Attempts();
        InetAddress from = address("192.0.2.1");
        for (int at = 0; at < 5; at++) {
            assertThat(attempts.waitSeconds(from, at * SECOND)).isZero();
            attempts.failed(from, at * SECOND);
        }
        assertThat(attempts.waitSeconds(from, 10 * SECOND)).isEqualTo(50);
        assertThat(attempts.waitSeconds(from, 60 * SECOND - 1)).isEqualTo(1);
        assertThat(attempts.waitSeconds(from, 60 * SECOND)).isZero();
        assertThat(attempts.waitSeconds(address("192.0.2.2"), 10 * SECOND)).isZero();
    }

    @Test
    void ofIpv6ANetworkWaits() {
        Attempts attempts = new Attempts();
        for (int at = 0; at < 5; at++) {
            attempts.failed(address("2001:db8::" + at), SECOND);
        }
        assertThat(attempts.waitSeconds(address("2001:db8::99"), SECOND)).isEqualTo(60);
        assertThat(attempts.waitSeconds(address("2001:db8:0:1::99"), SECOND)).isZero();
    }

    @Test
    void manySourcesDoNotFillTheMemory() {
        Attempts attempts = new Attempts();
        InetAddress first = address("10.0.0.1");
        for (int at = 0; at < 5; at++) {
            attempts.failed(first, SECOND);
        }
        for (int at = 0; at < 5_000; at++) {
            attempts.failed(address("10.1." + at / 250 + "." + at % 250), SECOND);
        }
        assertThat(attempts.waitSeconds(first, SECOND)).as("forgotten").isZero();
    }

    @Test
    void aLoginEndsWhenItIsIdleOrOld() {
        Logins logins = new Logins();
        Login login = logins.open(ANNA, 0);
        long hour = Logins.IDLE_MAX.toNanos();
        assertThat(logins.use(login.id(), hour - 1)).isSameAs(login);
        assertThat(logins.use(login.id(), 2 * hour - 1)).as("idle for an hour").isNull();

        Login busy = logins.open(ANNA, 0);
        for (long at = 0; at < Logins.AGE_MAX.toNanos(); at += hour / 2) {
            assertThat(logins.use(busy.id(), at)).isSameAs(busy);
        }
        assertThat(logins.has(busy, Logins.AGE_MAX.toNanos() - 1)).isTrue();
        assertThat(logins.has(busy, Logins.AGE_MAX.toNanos())).as("old").isFalse();
        assertThat(logins.use("nobody", 0)).isNull();
    }

    @Test
    void loginsAreBoundedAndTheIdlestGoesFirst() {
        Logins logins = new Logins();
        Login first = logins.open(ANNA, 0);
        Login second = logins.open(ANNA, 1);
        assertThat(first.id()).isNotEqualTo(second.id()).hasSize(43);
        for (int at = 2; at < Logins.OPEN_MAX; at++) {
            logins.open(ANNA, at);
        }
        assertThat(logins.use(first.id(), 100)).isSameAs(first);
        logins.open(ANNA, 101);
        assertThat(logins.count()).isEqualTo(Logins.OPEN_MAX);
        assertThat(logins.use(second.id(), 102)).isNull();
        assertThat(logins.use(first.id(), 102)).isSameAs(first);
    }

    @Test
    void aChangeIsMadeOnce() {
        Logins logins = new Logins();
        Login login = logins.open(ANNA, 0);
        assertThat(logins.isNew(login, "request-1")).isTrue();
        assertThat(logins.isNew(login, "request-1")).isFalse();
        assertThat(login.hasToken(login.token())).isTrue();
        assertThat(login.hasToken("")).isFalse();
        logins.close(login);
        assertThat(logins.has(login, 0)).isFalse();
    }

    @Test
    void samplesAreOfOneHourAndOfWhatGrew() {
        Samples samples = new Samples();
        samples.add(0, Map.of(Column.REQUESTS, 1_000L, Column.OPEN, 7L));
        assertThat(samples.document().get("time")).isEqualTo(List.of());
        for (long second = 1; second <= Samples.SECONDS + 2; second++) {
            samples.add(second, Map.of(Column.REQUESTS, 1_000 + 3 * second, Column.OPEN, second));
        }
        Map<String, Object> all = samples.document();
        assertThat((List<?>) all.get("time")).hasSize(Samples.SECONDS).first().isEqualTo(3L);
        assertThat((List<?>) all.get("open")).last().isEqualTo(Samples.SECONDS + 2L);
        assertThat((List<?>) all.get("requests")).allMatch(Long.valueOf(3)::equals);
        samples.add(9_999, Map.of(Column.REQUESTS, 0L));
        assertThat(samples.newest())
                .containsEntry("time", List.of(9_999L))
                .as("counters that began anew")
                .containsEntry("requests", List.of(0L));
    }

    private static String hash() {
        String text = Base64.getEncoder().encodeToString(new byte[16]);
        return "pbkdf2-sha512$1000$" + text + "$" + text;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anna:HASH:root | admin-users:2: behind the hash stands a role, one of view,"
                        + " operate, admin, not \"root\"",
                "anna:HASH | admin-users:2: behind the hash stands a role",
                "anna:HASH:write:shop | not \"write:shop\"",
                "anna:secret:admin | admin-users:2: not a password hash (write it with: proa users"
                        + " add)",
                "an na:HASH:admin | admin-users:2: expected user:hash",
                "# nobody | admin-users: lists no user"
            })
    void aFileThatIsWrongIsRefusedWithItsLine(String line, String message, @TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("admin-users");
        Files.write(file, List.of("# users", line.replace("HASH", hash())));
        assertThatThrownBy(() -> new Accounts(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    /** An open dashboard asks every second. */
    @Test
    void whyAFileIsNotReadIsSaidOnce(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("admin-users");
        String anna = "anna:" + hash() + ":";
        Files.writeString(file, anna + "admin");
        Accounts accounts = new Accounts(file);
        Account account = new Account("anna", Level.ADMIN, anna + "admin");
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Accounts.class);
        logger.addAppender(said);
        try {
            for (int round = 1; round <= 2; round++) {
                Files.delete(file);
                assertThat(has(accounts, account, 3)).as("it stays").isTrue();
                assertThat(warnings(said)).hasSize(2 * round - 1).last(STRING).contains("read");
                writeAt(file, anna + "root", 10L * round);
                assertThat(has(accounts, account, 3)).as("it stays").isTrue();
                assertThat(warnings(said)).hasSize(2 * round).last(STRING).contains("root");
                writeAt(file, anna + "admin", 10L * round + 1);
                assertThat(has(accounts, account, 3)).isTrue();
            }
        } finally {
            logger.detachAppender(said);
        }
    }

    private static boolean has(Accounts accounts, Account account, int times) {
        boolean has = true;
        for (int at = 0; at < times; at++) {
            has &= accounts.has(account);
        }
        return has;
    }

    private static void writeAt(Path file, String line, long second) throws IOException {
        Files.writeString(file, line);
        Files.setLastModifiedTime(file, FileTime.from(second, TimeUnit.SECONDS));
    }

    private static List<String> warnings(ListAppender<ILoggingEvent> said) {
        return said.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(text -> text.contains("stay as they are"))
                .toList();
    }

    @Test
    void aFileThatIsMissingIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> new Accounts(folder.resolve("nobody")))
                .hasMessageContaining("nobody: cannot be read (write it with: proa users add)");
    }
}
