package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files of a run, and the one of an earlier run. */
class OutputsTest {

    @TempDir private Path folder;

    private static RunFacts facts(String begun, Verdict verdict) {
        return new RunFacts(
                new RunFacts.Header(
                        "1.0", "abc", 1, "a machine", 3, begun, 30, 1, false, "", Map.of()),
                List.of(DrillFacts.without("kill-node", "one dies", verdict, "as it was")),
                List.of());
    }

    @Test
    void whatOneRunWritesTheNextIsComparedWith() throws IOException {
        Path json = folder.resolve("facts.json");
        new Outputs(json, null, null, null).write(facts("2026-01-01T00:00:00Z", Verdict.FAIL));
        Path html = folder.resolve("page.html");
        Path junit = folder.resolve("verdicts.xml");
        Outputs next = new Outputs(null, junit, html, json);

        next.check();
        next.write(facts("2026-01-02T00:00:00Z", Verdict.UNKNOWN));

        assertThat(html).content().contains("Compared with the run of 2026-01-01T00:00:00Z");
        assertThat(junit).content().contains("kill-node");
    }

    /** A run may be compared with the one whose file it replaces. */
    @Test
    void theFileOfTheEarlierRunMayBeReplaced() throws IOException {
        Path json = folder.resolve("facts.json");
        new Outputs(json, null, null, null).write(facts("2026-01-01T00:00:00Z", Verdict.FAIL));
        Path html = folder.resolve("page.html");

        Outputs same = new Outputs(json, null, html, json);
        same.write(facts("2026-01-02T00:00:00Z", Verdict.UNKNOWN));

        assertThat(html).content().contains("Compared with the run of 2026-01-01T00:00:00Z");
        assertThat(json).content().contains("2026-01-02T00:00:00Z");
    }

    @Test
    void whatCannotBeReadOrWrittenIsRefusedBeforeAnythingBegins() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "not JSON");
        assertThatThrownBy(() -> new Outputs(null, null, null, text).check())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(text + " holds no facts of a run: ");
        Path none = folder.resolve("none/page.html");
        assertThatThrownBy(() -> new Outputs(null, null, none, null).check())
                .isInstanceOf(IOException.class)
                .hasMessage("no such folder: " + none.getParent());
    }
}
