package proa.node.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.Condition;
import proa.config.Condition.Part;

import java.util.Optional;

/** What an explanation says, which everybody may read who may look. */
class WordsTest {

    private static final Optional<String> SECRET = Optional.of("hunter2");

    private final FakeFacts facts = FakeFacts.get("/a?key=1").withHeader("x-api-key", "guess");

    @Test
    void whatARequestIsComparedWithMayBeASecretAndIsNotSaid() {
        assertThat(Words.of(new Condition.Header("x-api-key", SECRET), facts))
                .isEqualTo("header x-api-key is what the file says; it is guess");
        assertThat(Words.of(new Condition.Cookie("id", SECRET), facts))
                .isEqualTo("cookie id is what the file says; there is none");
        assertThat(Words.of(new Condition.Parameter("key", SECRET), facts))
                .isEqualTo("parameter key is what the file says; it is 1");
        assertThat(Words.of(new Condition.Matches(Part.HEADER, "x-api-key", "^hunter2$"), facts))
                .isEqualTo("header x-api-key matches what the file says");
        assertThat(Words.of(new Condition.Header("x-api-key", Optional.empty()), facts))
                .isEqualTo("header x-api-key is there; it is guess");
        assertThat(Words.of(new Condition.Matches(Part.PATH, "", "^/a$"), facts))
                .isEqualTo("path matches ^/a$");
    }
}
