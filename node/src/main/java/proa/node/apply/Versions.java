package proa.node.apply;

import org.jspecify.annotations.Nullable;

import proa.cluster.agreement.Action.Outcome;
import proa.cluster.agreement.Stand;
import proa.cluster.agreement.Version;
import proa.node.admin.Answer;
import proa.node.admin.Configurations;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What operators ask about configurations of the whole cluster. Safe from any thread. */
public final class Versions implements Configurations {

    /** Longer than both phases may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(58);

    private final Applying applying;
    private final OwnFile own;
    private final VersionFiles files;
    private final String node;
    private final InstantSource time;

    /**
     * On a node.
     *
     * @param own what it uses
     * @param files what it keeps; only read
     */
    public Versions(
            Applying applying, OwnFile own, VersionFiles files, String node, InstantSource time) {
        this.applying = applying;
        this.own = own;
        this.files = files;
        this.node = node;
        this.time = time;
    }

    @Override
    public Following following() {
        return applying.following();
    }

    @Override
    public Answer apply(String file, String text, Terms terms, String by) {
        return propose(text, file, terms, by);
    }

    private Answer propose(String text, String file, Terms terms, String by) {
        Version.Origin origin = new Version.Origin(file, by, node, time.millis());
        CompletableFuture<Outcome> outcome =
                applying.propose(text, origin, terms.bases(), terms.without(), terms.dryRun());
        try {
            return said(outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return unknown("the node is stopping");
        } catch (TimeoutException | ExecutionException | CancellationException _) {
            return unknown("no answer from the members in time");
        }
    }

    private static Answer unknown(String why) {
        return Answer.error(
                Answer.UNAVAILABLE,
                why + ": it may be in use or not; `proa status` says what each node has");
    }

    private static Answer said(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Applied(Version version, var exceptions) ->
                    Answer.ok(
                            Answer.ordered(
                                    "version",
                                    version.number(),
                                    "hash",
                                    version.hash(),
                                    "applied",
                                    true,
                                    "exceptions",
                                    exceptions));
            case Outcome.WouldApply(Version version) ->
                    Answer.ok(
                            Answer.ordered(
                                    "version", version.number(),
                                    "hash", version.hash(),
                                    "applied", false,
                                    "exceptions", List.of()));
            case Outcome.Refused(var reasons) -> Answer.refused(reasons);
            case Outcome.Unknown _ -> unknown("sight of the others was lost");
        };
    }

    @Override
    public Answer history() {
        List<Object> versions = new ArrayList<>();
        files.all().forEach(kept -> versions.add(document(kept.version())));
        return Answer.ok(Answer.ordered("versions", versions));
    }

    private static Map<String, Object> document(Version version) {
        return Answer.ordered(
                "number", version.number(),
                "hash", version.hash(),
                "at", Instant.ofEpochMilli(version.origin().atMillis()).toString(),
                "by", version.origin().by(),
                "node", version.origin().node(),
                "file", version.origin().file());
    }

    @Override
    public Answer version(String number) {
        Optional<Kept> kept = kept(number);
        return kept.map(
                        found -> {
                            Map<String, Object> document = document(found.version());
                            document.put("text", found.version().text());
                            return Answer.ok(document);
                        })
                .orElseGet(() -> missing(number));
    }

    private Optional<Kept> kept(String number) {
        try {
            return files.find(Long.parseLong(number));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private Answer missing(String number) {
        List<String> numbers =
                files.all().stream().map(kept -> Long.toString(kept.version().number())).toList();
        return Answer.error(
                Answer.NOT_FOUND,
                numbers.isEmpty()
                        ? "nothing has been applied yet"
                        : "there is no version "
                                + number
                                + " (there are "
                                + String.join(", ", numbers)
                                + ")");
    }

    @Override
    public Answer rollback(String number, Terms terms, String by) {
        @Nullable Version back =
                number.isEmpty() ? before() : kept(number).map(Kept::version).orElse(null);
        return back == null
                ? missing(number.isEmpty() ? "before the one in use" : number)
                : propose(back.text(), "rollback to " + back.number(), terms, by);
    }

    /**
     * The newest that says something else than what is in use, which may be there twice, or not at
     * all: the file may have been changed since. One that was kept by another release has the same
     * text with another hash.
     */
    private @Nullable Version before() {
        String hash = applying.hash();
        String text = own.textInUse(hash).orElse("");
        return files.all().stream()
                .map(Kept::version)
                .filter(version -> !version.hash().equals(hash) && !version.text().equals(text))
                .findFirst()
                .orElse(null);
    }

    @Override
    public Map<String, Object> status() {
        Map<String, Stand> stands = applying.stands();
        List<Object> nodes = new ArrayList<>();
        stands.forEach((name, stand) -> nodes.add(document(name, stand)));
        return Answer.ordered(
                "version", own(stands).number(), "nodes", nodes, "differing", differing(stands));
    }

    @Override
    public List<String> differing() {
        return differing(applying.stands());
    }

    private List<String> differing(Map<String, Stand> stands) {
        String own = own(stands).hash();
        return stands.entrySet().stream()
                .filter(stand -> !stand.getValue().hash().equals(own))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Stand own(Map<String, Stand> stands) {
        return stands.getOrDefault(node, new Stand(0, "", ""));
    }

    private static Map<String, Object> document(String name, Stand stand) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("version", stand.number());
        document.put("hash", stand.hash());
        if (!stand.trouble().isEmpty()) {
            document.put("trouble", stand.trouble());
        }
        return document;
    }
}
