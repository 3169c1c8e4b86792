package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.ProaConfig;
import proa.config.change.Change;
import proa.config.change.Changes;
import proa.config.text.ConfigParser;
import proa.config.text.Outcome;
import proa.node.admin.Answer;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.explain.Twin;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a configuration would change on a running node, before anything is changed. */
final class Planning {

    private static final double PERCENT = 100;

    private final Setup setup;
    private final Generations generations;
    private final InstantSource time;

    Planning(Setup setup, Generations generations, InstantSource time) {
        this.setup = setup;
        this.generations = generations;
        this.time = time;
    }

    /**
     * Compares.
     *
     * @param file its name; others are relative to its folder
     * @param text what is in it
     */
    Answer plan(String file, String text) {
        Path path;
        try {
            path = Path.of(file);
        } catch (InvalidPathException e) {
            return Answer.error(Answer.BAD_REQUEST, "no name of a file: " + e.getMessage());
        }
        Path folder = path.getParent() == null ? Path.of("") : path.getParent();
        return switch (ConfigParser.parse(text, file, folder, Optional.of(setup.node()))) {
            case Outcome.Refused(var violations) -> Answer.refused(Reload.texts(violations));
            case Outcome.Ok sound -> Answer.ok(document(generations.current(), sound));
        };
    }

    private Map<String, Object> document(Generation now, Outcome.Ok next) {
        Changes changes = Changes.between(now.config(), next.config());
        return Answer.ordered(
                "from", now.hash(),
                "to", next.hash(),
                "restart", changes.atStart().stream().map(Change::text).toList(),
                "changes",
                        changes.all().stream()
                                .filter(change -> !(change instanceof Change.AtStart))
                                .map(Change::text)
                                .toList(),
                "moves", moves(now, next.config()),
                "ends", ends(now, next.config()),
                "warnings", Reload.texts(next.warnings()));
    }

    /** Whose clients or keys would find another server. */
    private List<String> moves(Generation now, ProaConfig next) {
        List<String> moves = new ArrayList<>();
        for (BackendConfig after : next.backends()) {
            Pool before = now.pools().find(after.name());
            if (before != null && !before.config().equals(after)) {
                moves(before, after).ifPresent(words -> moves.add(after.name() + ": " + words));
            }
        }
        return moves;
    }

    private Optional<String> moves(Pool before, BackendConfig after) {
        List<String> words = new ArrayList<>();
        OptionalDouble share = Twin.of(after, time).movedFrom(before);
        if (share.isPresent() && share.getAsDouble() > 0) {
            words.add(
                    "%.1f %% of all keys are hashed to another server"
                            .formatted(share.getAsDouble() * PERCENT));
        }
        List<String> kept = after.servers().stream().map(BackendConfig.Server::name).toList();
        for (PooledServer server : before.servers()) {
            if (!kept.contains(server.name())) {
                words.add(
                        "clients that stick to "
                                + server.name()
                                + " go elsewhere ("
                                + server.current()
                                + " connections or requests now)");
            }
        }
        if (!before.config().sticky().equals(after.sticky())) {
            words.add("clients stick by something else: those that stuck are balanced anew");
        }
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
    }

    /** What would be drained and closed. */
    private static List<String> ends(Generation now, ProaConfig next) {
        List<String> ends = new ArrayList<>();
        now.config().frontends().stream()
                .filter(
                        before ->
                                next.frontends().stream()
                                        .noneMatch(
                                                after ->
                                                        after.name().equals(before.name())
                                                                && after.bind()
                                                                        .equals(before.bind())
                                                                && after.mode() == before.mode()))
                .forEach(
                        before ->
                                ends.add(
                                        "the listener of frontend "
                                                + before.name()
                                                + " is closed; its connections are drained"));
        return ends;
    }
}
