package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.ClusterConfig.Ownership;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.node.listener.ListenException;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Protocol;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The configured listeners: which are open, and what the ownership of a group means for them.
 *
 * <p>With {@code ownership = kernel} all are bound from the start, also on addresses that are not
 * here yet. With {@code bind} those of a group are bound while this node owns it. When a group is
 * lost its clients are elsewhere: connections end within a second, so that no server lock outlives
 * the ownership.
 */
final class Frontends implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Frontends.class);

    /** Time for answers in flight after a group is lost. */
    private static final Duration LOST_LINGER = Duration.ofSeconds(1);

    /** A new owner may be told so before the old one has let go of the address. */
    private static final Duration BIND_TIME_MAX = Duration.ofSeconds(5);

    private static final long BIND_RETRY_NANOS = 5_000_000;

    private final ProaConfig config;
    private final Listeners listeners;
    private final Map<String, Listener> open = new ConcurrentHashMap<>();
    private final Map<String, Boolean> owned = new ConcurrentHashMap<>();
    private final Map<String, Protocol> protocols = new ConcurrentHashMap<>();
    private final ExecutorService owner =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("owner").daemon().factory());

    Frontends(ProaConfig config, Listeners listeners) {
        this.config = config;
        this.listeners = listeners;
    }

    /** Opens a frontend if it can be bound now, else when its group becomes ours. */
    void open(FrontendConfig frontend, Protocol protocol) throws ListenException {
        protocols.put(frontend.name(), protocol);
        if (!waitsForOwnership(frontend) || owned.getOrDefault(groupOf(frontend), false)) {
            bind(frontend);
        }
    }

    /** Takes note that this node owns a group now, or no longer. Returns at once. */
    void own(String group, boolean ours) {
        Boolean before = owned.put(group, ours);
        if (ours) {
            owner.execute(() -> gained(group));
        } else if (before != null && before) {
            owner.execute(() -> lost(group));
        }
    }

    /** The frontends of a group that are not bound although they should be. */
    List<String> missing(String group) {
        return of(group).stream()
                .filter(frontend -> !waitsForOwnership(frontend))
                .map(FrontendConfig::name)
                .filter(name -> !open.containsKey(name))
                .toList();
    }

    /** Open listeners by the name of their frontend. */
    Map<String, Listener> open() {
        return Map.copyOf(open);
    }

    /** Client connections open now. */
    int connections() {
        return open.values().stream().mapToInt(Listener::connections).sum();
    }

    /** Names and addresses, for the log. */
    String describe() {
        return config.frontends().stream()
                .filter(frontend -> open.containsKey(frontend.name()))
                .map(frontend -> frontend.name() + " " + text(address(frontend)))
                .collect(Collectors.joining(", "));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " port " + address.getPort();
    }

    /** Where a frontend listens, or will. */
    InetSocketAddress address(FrontendConfig frontend) {
        Listener listener = open.get(frontend.name());
        return listener == null ? configured(frontend) : listener.address();
    }

    /** Whether it is bound only while this node owns its group. */
    private boolean waitsForOwnership(FrontendConfig frontend) {
        return config.cluster().ownership() == Ownership.BIND
                && frontend.bind() instanceof Bind.Floating;
    }

    private InetSocketAddress configured(FrontendConfig frontend) {
        return switch (frontend.bind()) {
            case Bind.Fixed(var address, int port) -> new InetSocketAddress(address, port);
            case Bind.Floating(String group, String vip, int port) ->
                    config.group(group)
                            .flatMap(found -> found.vip(vip))
                            .map(GroupConfig.Vip::address)
                            .map(address -> new InetSocketAddress(address, port))
                            .orElseThrow(() -> new IllegalStateException(group + "/" + vip));
        };
    }

    private static String groupOf(FrontendConfig frontend) {
        return frontend.bind() instanceof Bind.Floating floating ? floating.group() : "";
    }

    private List<FrontendConfig> of(String group) {
        return config.frontends().stream()
                .filter(frontend -> groupOf(frontend).equals(group))
                .toList();
    }

    private void bind(FrontendConfig frontend) throws ListenException {
        Protocol protocol = protocols.get(frontend.name());
        if (protocol != null && !open.containsKey(frontend.name())) {
            open.put(frontend.name(), listeners.open(frontend, configured(frontend), protocol));
        }
    }

    private void gained(String group) {
        long deadline = System.nanoTime() + BIND_TIME_MAX.toNanos();
        for (FrontendConfig frontend : of(group)) {
            bindPatiently(frontend, deadline);
        }
    }

    private void bindPatiently(FrontendConfig frontend, long deadline) {
        while (owned.getOrDefault(groupOf(frontend), false)) {
            try {
                bind(frontend);
                return;
            } catch (ListenException e) {
                if (System.nanoTime() - deadline > 0) {
                    LOG.error("{}; the group's clients are not served", e.getMessage());
                    return;
                }
                LockSupport.parkNanos(BIND_RETRY_NANOS);
            }
        }
    }

    private void lost(String group) {
        for (FrontendConfig frontend : of(group)) {
            Listener listener =
                    waitsForOwnership(frontend)
                            ? open.remove(frontend.name())
                            : open.get(frontend.name());
            if (listener != null) {
                if (waitsForOwnership(frontend)) {
                    listener.stop();
                }
                listener.drain();
                closeLater(group, listener);
            }
        }
    }

    private void closeLater(String group, Listener listener) {
        Thread.ofVirtual()
                .name("lost-" + group)
                .start(
                        () -> {
                            LockSupport.parkNanos(LOST_LINGER.toNanos());
                            if (!owned.getOrDefault(group, false) && !owner.isShutdown()) {
                                listener.closeConnections();
                            }
                        });
    }

    @Override
    public void close() {
        owner.shutdownNow();
    }
}
