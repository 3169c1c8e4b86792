package proa.chaos.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.chaos.fuzz.Fuzzer.Finding;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every parser of strangers' bytes keeps its promises under changed input: a short run with every
 * test, a long one with {@code -Dproa.fuzz.seconds=N} for each parser and {@code -Dproa.fuzz.seed}
 * (CONTRIBUTING.md). And the fuzzer is good for something: it finds a bug planted in each of them
 * in the time of the short run.
 */
class FuzzTest {

    /** Each takes a second or less. */
    private static final long ROUNDS = 8_000;

    private static final long SECONDS = Long.getLong("proa.fuzz.seconds", 0);
    private static final long SEED = Long.getLong("proa.fuzz.seed", 20_261_126);

    static List<Subject> subjects() {
        return List.of(
                HttpSubjects.request(),
                HttpSubjects.framing(),
                HttpSubjects.response(),
                HttpSubjects.chunks(),
                Http2Subjects.request(),
                Http2Subjects.frames(),
                HpackSubject.subject(),
                Http2AnswerSubjects.answer(),
                Http2AnswerSubjects.trailers(),
                RespSubject.subject(),
                ConnectionSubjects.proxy(),
                ConnectionSubjects.hello(),
                ClusterSubjects.tables(),
                ClusterSubjects.frames(),
                ClusterSubjects.vrrp());
    }

    static Stream<Subject> mutants() {
        return subjects().stream().flatMap(subject -> Mutants.of(subject).stream());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void keepsItsPromises(Subject subject) {
        Fuzzer fuzzer = new Fuzzer(subject, SEED);
        Optional<Finding> finding =
                SECONDS > 0
                        ? fuzzer.run(Long.MAX_VALUE, SECONDS * 1_000_000_000L)
                        : fuzzer.run(ROUNDS, Long.MAX_VALUE);
        assertThat(finding).as("seed %d", SEED).isEmpty();
        assertThat(fuzzer.kinds()).as("kinds of verdict").isGreaterThan(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void aPlantedBugIsFoundInTheShortRun(Subject mutant) {
        assertThat(new Fuzzer(mutant, SEED).run(ROUNDS, Long.MAX_VALUE))
                .as("seed %d", SEED)
                .isPresent();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void everyParserHasItsMutants(Subject subject) {
        assertThat(Mutants.of(subject)).hasSizeGreaterThan(1);
    }
}
