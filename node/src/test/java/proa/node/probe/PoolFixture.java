package proa.node.probe;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Check;
import proa.config.HealthConfig;
import proa.node.balance.Pool;
import proa.node.balance.Pools;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Pools for tests of what finds out how their servers are. */
final class PoolFixture {

    private PoolFixture() {}

    /** A pool of servers at these addresses, named {@code s0} and so on, of weight 100. */
    static Pool pool(
            Optional<Check> check, HealthConfig health, List<InetSocketAddress> addresses) {
        BackendConfig config = backend(check, health, addresses);
        return new Pools(List.of(config), _ -> null, System::nanoTime, 1).pool("shop");
    }

    /** The backend of such a pool. */
    static BackendConfig backend(
            Optional<Check> check, HealthConfig health, List<InetSocketAddress> addresses) {
        List<BackendConfig.Server> servers = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            servers.add(new BackendConfig.Server("s" + servers.size(), address, 100, false));
        }
        return new BackendConfig(
                        "shop",
                        BackendConfig.Balance.ROUND_ROBIN,
                        new BackendConfig.Sticky.Off(),
                        check,
                        servers,
                        BackendConfig.Timeouts.DEFAULTS,
                        BackendConfig.RETRIES_DEFAULT,
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT)
                .with(health);
    }

    /** Addresses nobody is asked at. */
    static List<InetSocketAddress> addresses(int count) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int port = 1; port <= count; port++) {
            addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        return addresses;
    }

    static InetSocketAddress address(ServerSocket server) {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }
}
