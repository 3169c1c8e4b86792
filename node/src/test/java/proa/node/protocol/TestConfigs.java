package proa.node.protocol;

import proa.config.BackendConfig;
import proa.config.Condition;
import proa.config.FrontendConfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Configurations for tests, on loopback. */
public final class TestConfigs {

    private TestConfigs() {}

    public static FrontendConfig frontend(FrontendConfig.Mode mode) {
        return frontend(mode, FrontendConfig.Timeouts.DEFAULTS, FrontendConfig.Limits.DEFAULTS);
    }

    public static FrontendConfig frontend(
            FrontendConfig.Mode mode,
            FrontendConfig.Timeouts timeouts,
            FrontendConfig.Limits limits) {
        return new FrontendConfig(
                "test",
                new FrontendConfig.Bind.Fixed(InetAddress.getLoopbackAddress(), 1),
                mode,
                List.of(),
                List.of(new FrontendConfig.Route(new Condition.Always(), "test")),
                List.of(),
                Optional.empty(),
                timeouts,
                limits);
    }

    public static BackendConfig backend(List<InetSocketAddress> addresses) {
        return backend(addresses, BackendConfig.Timeouts.DEFAULTS);
    }

    public static BackendConfig backend(
            List<InetSocketAddress> addresses, BackendConfig.Timeouts timeouts) {
        List<BackendConfig.Server> servers = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            servers.add(new BackendConfig.Server("s" + servers.size(), address, 1, false));
        }
        return new BackendConfig(
                "test",
                BackendConfig.Balance.ROUND_ROBIN,
                new BackendConfig.Sticky.Off(),
                Optional.empty(),
                servers,
                timeouts,
                2,
                64);
    }

    public static BackendConfig.Timeouts serverTimeouts(Duration connect, Duration server) {
        return new BackendConfig.Timeouts(connect, server);
    }
}
