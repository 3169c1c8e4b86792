package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.Sources;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where connections to one server come from: addresses of this host, each with a port that the
 * kernel chooses. Safe from any thread.
 */
public final class SourceTurn {

    private final InetSocketAddress[] sources;
    private final AtomicInteger turns = new AtomicInteger();

    private SourceTurn(List<InetAddress> addresses) {
        sources =
                addresses.stream()
                        .map(address -> new InetSocketAddress(address, 0))
                        .toArray(InetSocketAddress[]::new);
    }

    /** The addresses of the server's own family in turn; null when the kernel chooses. */
    public static @Nullable SourceTurn of(Sources sources, InetAddress server) {
        List<InetAddress> addresses = sources.towards(server);
        return addresses.isEmpty() ? null : new SourceTurn(addresses);
    }

    /** Where the next connection comes from. */
    public InetSocketAddress next() {
        return sources.length == 1
                ? sources[0]
                : sources[Math.floorMod(turns.getAndIncrement(), sources.length)];
    }
}
