package proa.node.balance;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What those servers have had that a backend has no more: with it the sums of the backend never
 * fall.
 *
 * @param total requests or connections they were given
 * @param connectFailures connections to them that could not be established
 */
public record Gone(long total, long connectFailures) {

    /** No server has gone. */
    static final Gone NOTHING = new Gone(0, 0);

    /** With those of before that are not among those of now. */
    Gone and(List<PooledServer> before, List<PooledServer> now) {
        Set<ServerState> kept = now.stream().map(PooledServer::state).collect(Collectors.toSet());
        Gone all = this;
        for (PooledServer server : before) {
            if (!kept.contains(server.state())) {
                all =
                        new Gone(
                                all.total + server.total(),
                                all.connectFailures + server.connectFailures());
            }
        }
        return all;
    }
}
