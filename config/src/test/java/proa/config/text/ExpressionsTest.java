package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.text.Kind.Reading;
import proa.config.text.Kind.Reading.Bad;
import proa.config.text.Kind.Reading.Good;

/** How large an expression may become. */
class ExpressionsTest {

    private static final int CHARACTERS_MAX = 512;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^/[a-z0-9-]{1,64}/[a-z0-9-]{1,64}$",
                "(?i)(?:bot|crawl|spider)[/ ]\\d{1,3}(?:\\.\\d{1,3}){0,3}",
                "[]{1000}{]{1000}{]",
                "[^]\\]{1000}[:alpha:]{1000}]{9}",
                "\\x{1000}\\x{1000}\\p{Greek}{900}",
                "\\Qa{1000}{1000}\\E{1000}",
                "\\{1000}\\{1000}",
                "(?:a{30}){30}",
                "a{1000}",
                "(?:(?:a+)*){10,}b{,1000}{x}",
            })
    void whatPeopleWriteIsTaken(String expression) {
        assertThat(Expressions.read(expression, CHARACTERS_MAX)).isEqualTo(new Good<>(expression));
    }

    /** Some of these would take all memory if they were compiled, others seconds for each line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(((((((((((a{2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){1000}",
                "(?:[a-z0-9.]{1,30}){1,30}x",
                "(?:a{1,100}){1,20}b",
                "(?:\\w{1,1000}){1,10}b$",
                "((([]a]{1000}){1000,}){1000,1000})",
                "(()){1000}(()){1000}",
                "((\\p{Greek}{1000}){1000}){1000}",
                "(?:\\Qab\\E{1000}){1000}",
            })
    void whatTooMuchWouldBecomeOfIsRefusedBeforeItIsMade(String expression) {
        Reading<String> reading = Expressions.read(expression, CHARACTERS_MAX);

        assertThat(reading).isInstanceOf(Bad.class);
        assertThat(reading.toString()).contains("stands for more than 1024 steps");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "ab", "(", "(a", "a?", "a*", "[a-c]", "a|bb|", "(?:)", "()|", "^$"})
    void withoutRepeatsTheLengthIsTheLimit(String part) {
        String whole = part.repeat(CHARACTERS_MAX / part.length());

        assertThat(Expressions.read(whole, CHARACTERS_MAX).toString())
                .doesNotContain("stands for more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{1,3}", "(a{2}){3}", "(?:a{1,10}b?){5,}", "[^x]{2}\\d{3,}|c"})
    void whatIsReadIsWhatIsMeant(String expression) {
        assertThat(Pattern.compile(expression).programSize()).isLessThan(CHARACTERS_MAX);
        assertThat(Expressions.read(expression, CHARACTERS_MAX)).isInstanceOf(Good.class);
    }
}
