package proa.node.reload;

import proa.config.ProaConfig;
import proa.config.text.Outcome;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
 */
public record Setup(
        ProaConfig config,
        String hash,
        String node,
        Path runDirectory,
        Path stateDirectory,
        Duration drain,
        Supplier<Outcome> source) {

    public static final Duration DRAIN_DEFAULT = Duration.ofSeconds(30);

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
                () -> new Outcome.Ok(config, List.of(), hash));
    }
}
