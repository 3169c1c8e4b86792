package proa.vip.loop;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Gateways of groups whose file names none: where the default route leads. It may come later than
 * vipd, and another one may follow. A thread of its own looks, since a router's table is long; a
 * route that is gone leaves the gateway as it was. What is not private is used by the loop's
 * thread.
 */
final class DefaultRoutes {

    private static final long EVERY_NANOS = 5_000_000_000L;

    private final List<Ground> unnamed;
    private volatile Map<String, InetAddress> found = Map.of();

    /**
     * @param grounds of all groups
     * @param warn told of those that have no gateway yet
     */
    DefaultRoutes(Map<String, Ground> grounds, Consumer<String> warn) {
        unnamed =
                grounds.values().stream()
                        .filter(ground -> ground.group().gateway().isEmpty())
                        .toList();
        for (Ground ground : unnamed) {
            if (ground.gateway().isEmpty()) {
                warn.accept(
                        "group "
                                + ground.group().name()
                                + " has no gateway to ask in doubt: no default route leaves by "
                                + ground.gatewayDevice().name()
                                + " (name one with track { gateway = … })");
            }
        }
        if (!unnamed.isEmpty()) {
            Thread.ofPlatform().daemon().name("routes").start(this::watch);
        }
    }

    private void watch() {
        while (true) {
            LockSupport.parkNanos(EVERY_NANOS);
            look();
        }
    }

    private void look() {
        Map<String, InetAddress> now = new HashMap<>();
        for (Ground ground : unnamed) {
            try {
                ground.routedGateway().ifPresent(to -> now.put(ground.group().name(), to));
            } catch (IOException _) {
                return; // what was found before holds
            }
        }
        found = now;
    }

    /**
     * Follows what has been found.
     *
     * @param grounds of all groups; those that have another gateway are replaced
     * @param warn told of each
     */
    void follow(Map<String, Ground> grounds, Consumer<String> warn) {
        found.forEach(
                (group, gateway) ->
                        grounds.computeIfPresent(
                                group, (_, ground) -> following(ground, gateway, warn)));
    }

    private static Ground following(Ground ground, InetAddress gateway, Consumer<String> warn) {
        if (ground.gateway().filter(gateway::equals).isPresent()) {
            return ground;
        }
        String name = ground.group().name();
        warn.accept("group " + name + ": the gateway is " + gateway.getHostAddress() + " now");
        return ground.behind(gateway);
    }
}
