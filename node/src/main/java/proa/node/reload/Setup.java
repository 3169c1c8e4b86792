package proa.node.reload;

import proa.config.ProaConfig;
import proa.config.text.Outcome;
import proa.node.admin.Level;
import proa.node.apply.OwnFile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node is started with.
 *
 * @param config the whole cluster's
 * @param hash of the configuration, so that members can see whether theirs is the same
 * @param node which member this is
 * @param runDirectory sockets of node and vipd
 * @param stateDirectory what survives a restart
 * @param drain how long a planned stop, or a frontend that a reload removes, waits for connections
 *     to end; 0 s to 1 h; default 30 s
 * @param source reads the file anew, for a reload
 * @param stats a socket that speaks HAProxy's commands; empty: none
 * @param own its file, and what was applied to it; empty: there is none, and nothing can be applied
 * @param waits how long others are waited for
 */
public record Setup(
        ProaConfig config,
        String hash,
        String node,
        Path runDirectory,
        Path stateDirectory,
        Duration drain,
        Supplier<Outcome> source,
        Optional<Stats> stats,
        Optional<OwnFile> own,
        Waits waits) {

    public static final Duration DRAIN_DEFAULT = Duration.ofSeconds(30);

    /** A node that waits for others as long as nodes do. */
    public Setup(
            ProaConfig config,
            String hash,
            String node,
            Path runDirectory,
            Path stateDirectory,
            Duration drain,
            Supplier<Outcome> source,
            Optional<Stats> stats,
            Optional<OwnFile> own) {
        this(
                config,
                hash,
                node,
                runDirectory,
                stateDirectory,
                drain,
                source,
                stats,
                own,
                Waits.DEFAULTS);
    }

    /** A node that takes in its file alone. */
    public Setup(
            ProaConfig config,
            String hash,
            String node,
            Path runDirectory,
            Path stateDirectory,
            Duration drain,
            Supplier<Outcome> source,
            Optional<Stats> stats) {
        this(
                config,
                hash,
                node,
                runDirectory,
                stateDirectory,
                drain,
                source,
                stats,
                Optional.empty());
    }

    /** A node whose file never says anything else. */
    public Setup(
            ProaConfig config,
            String hash,
            String node,
            Path runDirectory,
            Path stateDirectory,
            Duration drain) {
        this(
                config,
                hash,
                node,
                runDirectory,
                stateDirectory,
                drain,
                () -> new Outcome.Ok(config, List.of(), hash),
                Optional.empty());
    }

    /** The same, which waits for others as long as that. */
    Setup with(Waits others) {
        return new Setup(
                config,
                hash,
                node,
                runDirectory,
                stateDirectory,
                drain,
                source,
                stats,
                own,
                others);
    }

    /**
     * How long others are waited for.
     *
     * @param members at a start, for what they have; a cold start does not wait for members that
     *     may never come (decision 10)
     * @param vipd at a stop, until every group is handed over; that takes milliseconds, if anybody
     *     can take over
     */
    public record Waits(Duration members, Duration vipd) {
        static final Waits DEFAULTS = new Waits(Duration.ofSeconds(3), Duration.ofSeconds(2));
    }

    /**
     * A socket that speaks HAProxy's commands.
     *
     * @param socket where it is
     * @param level what may be done there
     */
    public record Stats(Path socket, Level level) {}
}
