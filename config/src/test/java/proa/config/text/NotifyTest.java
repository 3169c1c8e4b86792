package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.NotifyConfig;
import proa.config.NotifyConfig.Kind;
import proa.config.NotifyConfig.Target;
import proa.config.ProaConfig;
import proa.config.change.Change;
import proa.config.change.Changes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code notify}: who is told of what happens. */
class NotifyTest {

    private static Outcome read(String notify) {
        String text =
                """
                schema = 1
                cluster { name = a, insecure = true, nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } } }
                """
                        + notify;
        return ConfigParser.parse(text, "f.conf", Path.of("/etc/proa"), Optional.of("lb1"));
    }

    private static ProaConfig sound(String notify) {
        if (read(notify) instanceof Outcome.Ok sound) {
            return sound.config();
        }
        throw new AssertionError(read(notify));
    }

    @Test
    void programsAndWebhooksHaveDefaults() {
        assertThat(sound("").hooks()).isEmpty();
        assertThat(
                        sound(
                                        "notify { mail { program = mail.sh }, pager { webhook ="
                                                + " \"https://pager.example/x\", token = t, on ="
                                                + " [node], timeout = 2s, retries = 0 } }")
                                .hooks())
                .containsExactly(
                        new NotifyConfig(
                                "mail",
                                new Target.Program(Path.of("/etc/proa/mail.sh")),
                                List.of(Kind.GROUP, Kind.READY, Kind.SERVER, Kind.ALARM),
                                Duration.ofSeconds(5),
                                3),
                        new NotifyConfig(
                                "pager",
                                new Target.Webhook(
                                        "https://pager.example/x",
                                        Optional.of(Path.of("/etc/proa/t"))),
                                List.of(Kind.NODE),
                                Duration.ofSeconds(2),
                                0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "notify { a {} } | needs either `program` or `webhook`",
                "notify { a { program = x, token = t } } | `token` needs `webhook`",
                "notify { a { webhook = \"ftp://x/\" } } | is no URL of a web server",
                "notify { a { webhook = \"http://u:hunter2@x/\" } } | has a password in the URL",
                "notify { a { program = x, on = [grup] } } | did you mean \"group\"",
                "notify { a { program = x, timeout = 2m } } | 2m is out of range",
                "notify { a { program = x, retrys = 2 } } | did you mean \"retries\""
            })
    void whatIsWrongIsSaidWithItsLineAndWithoutTheUrl(String notify, String message) {
        assertThat(read(notify))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.violations().getFirst().toString())
                                        .startsWith("f.conf:3: ")
                                        .contains(message)
                                        .doesNotContain("hunter2"));
    }

    @Test
    void aReloadTakesItIn() {
        Changes changes =
                Changes.between(
                        sound("notify { a { program = x } }"),
                        sound("notify { a { program = x, retries = 1 }, b { program = y } }"));
        assertThat(changes.atStart()).isEmpty();
        assertThat(changes.all().stream().map(Change::text))
                .containsExactly("notify.a changed: retries", "notify.b added");
    }
}
