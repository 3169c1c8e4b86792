package proa.node.reload;

import proa.config.ProaConfig;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a node is started with.
 *
 * @param config the whole cluster's
 * @param hash of the configuration, so that members can see whether theirs is the same
 * @param node which member this is
 * @param runDirectory sockets of node and vipd
 * @param stateDirectory what survives a restart
 * @param drain how long a planned stop waits for connections to end; 0 s to 1 h; default 30 s
 */
public record Setup(
        ProaConfig config,
        String hash,
        String node,
        Path runDirectory,
        Path stateDirectory,
        Duration drain) {

    public static final Duration DRAIN_DEFAULT = Duration.ofSeconds(30);
}
