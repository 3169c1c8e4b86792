package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import proa.config.Sources;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The addresses that connections to servers come from: how they are read, and what is wrong. */
class SourceTest {

    private static final String SHOP = "check { tcp = true, every = 2s }";

    /** The sound file with something in the backend {@code shop}, on line 38. */
    private static Outcome read(String inShop) {
        return ConfigParser.parse(
                ViolationsTest.SOUND.replace(SHOP, SHOP + "\n      " + inShop),
                "f",
                Path.of(""),
                Optional.empty());
    }

    private static Sources sources(String inShop) {
        Outcome outcome = read(inShop);
        assertThat(outcome).as(outcome.toString()).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config().backend("shop").orElseThrow().sources();
    }

    private static List<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(InetAddress::ofLiteral).toList();
    }

    @Test
    void oneOrSeveralOrByNode() {
        assertThat(sources("")).isEqualTo(Sources.NONE);
        assertThat(sources("source = \"10.0.9.1\"")).isEqualTo(new Sources(addresses("10.0.9.1")));
        assertThat(sources("source = [\"10.0.9.2\", \"10.0.9.1\"]"))
                .isEqualTo(new Sources(addresses("10.0.9.2", "10.0.9.1")));
        Sources own = sources("source { lb2 = [\"10.0.9.2\", \"10.0.9.3\"], lb1 = \"10.0.0.11\" }");
        assertThat(own.on("lb1")).isEqualTo(new Sources(addresses("10.0.0.11")));
        assertThat(own.on("lb2")).isEqualTo(new Sources(addresses("10.0.9.2", "10.0.9.3")));
        assertThat(own.on("lb3")).isEqualTo(Sources.NONE);
    }

    @Test
    void eachFormIsAnotherConfiguration() {
        assertThat(
                        Stream.of(
                                        "",
                                        "source = \"10.0.9.1\"",
                                        "source = [\"10.0.9.1\", \"10.0.9.2\"]",
                                        "source = [\"10.0.9.2\", \"10.0.9.1\"]",
                                        "source { lb1 = \"10.0.9.1\", lb2 = \"10.0.9.2\" }")
                                .map(text -> ((Outcome.Ok) read(text)).hash()))
                .doesNotHaveDuplicates();
    }

    /**
     * One mistake in the backend {@code shop}.
     *
     * @param written what is written there
     * @param words part of the violation's text
     */
    record Row(String written, String words) {}

    static final List<Row> ERRORS =
            List.of(
                    new Row("source = 10.1", "is not an IP address"),
                    new Row("source = \"10.0.9.1/24\"", "has a prefix length"),
                    new Row("source = []", "no address to connect from"),
                    new Row("source {}", "no address to connect from"),
                    new Row("source { lb1 = [], lb2 = \"10.0.9.2\" }", "no address to connect"),
                    new Row("source = [\"10.0.9.1\", \"10.0.9.1\"]", "is listed twice"),
                    new Row("source = \"0.0.0.0\"", "is no address to connect from"),
                    new Row("source = \"224.0.0.1\"", "is no address to connect from"),
                    new Row(
                            "source = [\"10.0.9.1\", \"fd00::1\"]",
                            "no server of the backend is reached by IPv6"),
                    new Row("source = \"10.0.0.11\"", "only node lb1 has 10.0.0.11"),
                    new Row(
                            "source { lb1 = \"10.0.9.1\", lb2 = \"10.0.0.11\" }",
                            "only node lb1 has 10.0.0.11"),
                    new Row("source = \"10.0.0.100\"", "floats with group web"),
                    new Row("proxy_bind = \"10.0.9.1\"", "`source`, in a backend"));

    @ParameterizedTest
    @FieldSource("ERRORS")
    void aMistakeIsAnErrorAtItsLine(Row row) {
        Outcome outcome = read(row.written());
        assertThat(outcome).as(row.written()).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .as(row.written())
                .singleElement()
                .satisfies(violation -> assertThat(violation.line()).isEqualTo(38))
                .satisfies(violation -> assertThat(violation.toString()).contains(row.words()));
    }

    @Test
    void theOtherFamilyIsRefused() {
        Outcome outcome = read("source = \"fd00::1\"");
        assertThat(((Outcome.Refused) outcome).violations())
                .extracting(Object::toString)
                .anyMatch(text -> text.contains("no server of the backend is reached by IPv6"));
    }

    @Test
    void anUnknownNodeIsRefusedAndAForgottenOneWarnedOf() {
        assertThat(((Outcome.Refused) read("source { lb9 = \"10.0.9.1\" }")).violations())
                .extracting(Object::toString)
                .anyMatch(text -> text.contains("no node is named \"lb9\""));
        assertThat(((Outcome.Ok) read("source { lb1 = \"10.0.9.1\" }")).warnings())
                .extracting(Object::toString)
                .anyMatch(text -> text.contains("the kernel of node lb2 chooses"));
    }
}
