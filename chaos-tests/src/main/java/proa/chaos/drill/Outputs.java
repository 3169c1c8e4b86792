package proa.chaos.drill;

import org.jspecify.annotations.Nullable;

import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.page.DrillPage;
import proa.chaos.drill.page.JUnitXml;
import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the facts of a run go.
 *
 * @param json the facts themselves
 * @param junit verdicts as JUnit XML
 * @param html the page
 * @param previous facts of an earlier run
 */
record Outputs(
        @Nullable Path json, @Nullable Path junit, @Nullable Path html, @Nullable Path previous) {

    /** Refuses what cannot be read or written before minutes are spent. */
    void check() throws IOException {
        earlier();
        for (Path file : new @Nullable Path[] {json, junit, html}) {
            Path folder = file == null ? null : file.toAbsolutePath().getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                throw new IOException("no such folder: " + folder);
            }
        }
    }

    /** The earlier run is read first: its file may be the one that is replaced. */
    void write(RunFacts facts) throws IOException {
        Optional<RunFacts> earlier = earlier();
        if (json != null) {
            Files.writeString(json, Json.pretty(facts));
        }
        if (junit != null) {
            Files.writeString(junit, JUnitXml.of(facts));
        }
        if (html != null) {
            Files.writeString(html, DrillPage.of(facts, earlier));
        }
    }

    private Optional<RunFacts> earlier() throws IOException {
        if (previous == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(Files.readString(previous), RunFacts.class));
        } catch (IllegalArgumentException e) {
            throw new IOException(previous + " holds no facts of a run: " + e.getMessage(), e);
        }
    }
}
