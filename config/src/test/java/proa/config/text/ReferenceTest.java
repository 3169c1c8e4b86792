package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The reference page and the annotated example say what the reader does. */
class ReferenceTest {

    private static final Path DOCS = Path.of(System.getProperty("proa.home")).resolve("docs");

    /** Set in the environment, the page is written instead of compared. */
    private static final String WRITE = "PROA_WRITE_REFERENCE";

    @Test
    void thePageIsTheTableOfKeys() throws IOException {
        Path page = DOCS.resolve("configuration.md");
        if (System.getenv(WRITE) != null) {
            Files.writeString(page, Reference.markdown());
        }

        assertThat(Files.readString(page))
                .as("docs/configuration.md is stale: run this test with %s=1", WRITE)
                .isEqualTo(Reference.markdown());
    }

    /** The page on drills ends with the table of their keys. */
    @Test
    void thePageOnDrillsHasTheTableOfTheirKeys() throws IOException {
        Path page = DOCS.resolve("drills.md");
        String start = "\n## The file\n";
        String text = Files.readString(page);
        if (System.getenv(WRITE) != null) {
            Files.writeString(page, text.split(start, 2)[0] + Reference.drills());
        }

        assertThat(Files.readString(page))
                .as("docs/drills.md is stale: run this test with %s=1", WRITE)
                .endsWith(Reference.drills());
    }

    /** The page on drills on machines of one's own ends with the table of their keys. */
    @Test
    void thePageOnRemoteDrillsHasTheTableOfTheirKeys() throws IOException {
        Path page = DOCS.resolve("drills-remote.md");
        String start = "\n## The file\n";
        String text = Files.readString(page);
        if (System.getenv(WRITE) != null) {
            Files.writeString(page, text.split(start, 2)[0] + Reference.targets());
        }

        assertThat(Files.readString(page))
                .as("docs/drills-remote.md is stale: run this test with %s=1", WRITE)
                .endsWith(Reference.targets());
    }

    @Test
    void theExampleIsAcceptedWithoutAWarning() {
        Outcome outcome = ConfigReader.read(DOCS.resolve("proa.conf.example"), "lb1");

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) outcome).warnings()).isEmpty();
    }

    static Stream<Shape> shapes() {
        return Reference.SHAPES.stream();
    }

    @Test
    void everyKeyHasAMeaningAndAKebabCaseName() {
        List<Key<?>> keys =
                Reference.SHAPES.stream().flatMap(shape -> shape.keys().stream()).toList();

        assertThat(keys).hasSizeGreaterThan(80);
        assertThat(keys)
                .extracting(Key::name)
                .allMatch(name -> name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"));
        assertThat(keys)
                .extracting(Key::meaning)
                .allMatch(meaning -> meaning.length() >= "TCP port".length());
    }

    /** A default that is printed but not the one that is used would be worse than none. */
    @ParameterizedTest
    @MethodSource("shapes")
    void aPrintedDefaultIsTheOneInUse(Shape shape) {
        for (Key<?> key : shape.keys()) {
            boolean scalar = key.standIn().stream().noneMatch(ConfigValue.class::isInstance);
            if (key.presence() == Key.Presence.DEFAULTED
                    && scalar
                    && !key.shown().startsWith("or ")) {
                assertThat(key.kind().read(ConfigValueFactory.fromAnyRef(key.shown())))
                        .as(shape.path() + "." + key.name())
                        .isEqualTo(new Kind.Reading.Good<>(key.standIn().getFirst()));
            }
        }
    }
}
