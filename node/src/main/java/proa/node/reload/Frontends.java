package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.ClusterConfig.Ownership;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.change.Changes;
import proa.node.listener.ListenException;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.listener.Protocol;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configured listeners: which are open, and what the ownership of a group means for them.
 *
 * <p>A frontend that the kernel carries is never bound: a listener would take what finds no server.
 * With {@code ownership = kernel} all others are bound from the start, also on addresses that are
 * not here yet. With {@code bind} those of a group are bound while this node owns it. When a group
 * is lost its clients are elsewhere: connections end within a second, so that no server lock
 * outlives the ownership. After a planned move they are still reached here: they are told to end
 * and do so with their next answer, within the time that vipd gives them.
 */
final class Frontends implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Frontends.class);

    /** Time for answers in flight after a group is lost; the last have ended within a second. */
    private static final Duration LOST_LINGER = Duration.ofMillis(900);

    /** A new owner may be told so before the old one has let go of the address. */
    private static final Duration BIND_TIME_MAX = Duration.ofSeconds(5);

    private static final long BIND_RETRY_NANOS = 5_000_000;

    private final Listeners listeners;
    private final Map<String, Boolean> owned = new ConcurrentHashMap<>();

    /** Groups that a planned move has taken elsewhere, while their connections here go on. */
    private final Set<String> tails = ConcurrentHashMap.newKeySet();

    private final List<Listener> leaving = new CopyOnWriteArrayList<>();

    /** Those that have stopped because their group was lost, with its name. */
    private final Map<Listener, String> lost = new ConcurrentHashMap<>();

    private final ExecutorService owner =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("owner").daemon().factory());

    private volatile ProaConfig config;

    /** Whether clients wait at the listeners that are opened. */
    private boolean held;

    /** In the order of the file; replaced as a whole. */
    private volatile Map<String, Seat> seats = Map.of();

    Frontends(ProaConfig config, Listeners listeners) {
        this.config = config;
        this.listeners = listeners;
    }

    /** Clients of frontends that are opened from now on wait until {@link #admit()}. */
    synchronized void hold() {
        held = true;
    }

    /** Clients that wait come in, and so does everybody from now on. */
    synchronized void admit() {
        held = false;
        open().values().forEach(Listener::accept);
    }

    /** Opens a frontend if it can be bound now, else when its group becomes ours. */
    synchronized void open(FrontendConfig frontend, Protocol protocol) throws ListenException {
        Seat seat = new Seat(frontend, protocol, null);
        if (mayBind(frontend)) {
            bind(seat);
        }
        Map<String, Seat> more = new LinkedHashMap<>(seats);
        more.put(frontend.name(), seat);
        seats = more;
    }

    /**
     * Takes note that this node owns a group now, or no longer. Returns at once.
     *
     * @param tail whether the connections that are here go on until they end
     */
    void own(String group, boolean ours, boolean tail) {
        if (tail && !ours) {
            tails.add(group);
        } else {
            tails.remove(group);
        }
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
                .filter(seat -> shouldBeBound(seat.frontend()))
                .filter(seat -> seat.listener() == null)
                .map(seat -> seat.frontend().name())
                .toList();
    }

    /** Open listeners by the name of their frontend. */
    Map<String, Listener> open() {
        Map<String, Listener> open = new LinkedHashMap<>();
        seats.forEach(
                (name, seat) -> {
                    Listener listener = seat.listener();
                    if (listener != null) {
                        open.put(name, listener);
                    }
                });
        return open;
    }

    /** Places of all listeners that are taken; cheap. */
    int taken() {
        return listeners.taken();
    }

    /** Client connections of one frontend open now. */
    int connections(String frontend) {
        Seat seat = seats.get(frontend);
        Listener listener = seat == null ? null : seat.listener();
        return listener == null ? 0 : listener.connections();
    }

    /** What each frontend lacks that should be bound, by name. */
    Map<String, List<String>> lacking() {
        Map<String, List<String>> lacking = new LinkedHashMap<>();
        seats.forEach(
                (name, seat) ->
                        lacking.put(
                                name,
                                seat.listener() == null && shouldBeBound(seat.frontend())
                                        ? List.of("it is not bound")
                                        : List.of()));
        return lacking;
    }

    private boolean shouldBeBound(FrontendConfig frontend) {
        return !frontend.forwarding().byKernel() && !waitsForOwnership(frontend);
    }

    /** Client connections open now, those of frontends that leave included. */
    int connections() {
        return Stream.of(open().values(), leaving, lost.keySet())
                .flatMap(Collection::stream)
                .mapToInt(Listener::connections)
                .sum();
    }

    /** The same of one group's frontends. */
    int connectionsOf(String group) {
        Stream<Listener> before =
                lost.entrySet().stream()
                        .filter(each -> each.getValue().equals(group))
                        .map(Map.Entry::getKey);
        return Stream.concat(of(group).stream().map(Seat::listener), before)
                .filter(Objects::nonNull)
                .mapToInt(Listener::connections)
                .sum();
    }

    /** Names and addresses, for the log. */
    String describe() {
        return open().values().stream()
                .map(listener -> listener.name() + " " + text(listener.address()))
                .collect(Collectors.joining(", "));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " port " + address.getPort();
    }

    /** Where a frontend listens, or will. */
    InetSocketAddress address(FrontendConfig frontend) {
        Seat seat = seats.get(frontend.name());
        Listener listener = seat == null ? null : seat.listener();
        return listener == null ? configured(config, frontend) : listener.address();
    }

    /**
     * Who goes on with whose socket when that configuration follows: a frontend of the same name
     * and address, or whoever has the address now.
     */
    synchronized FrontendPlan plan(ProaConfig next) {
        FrontendPlan plan = new FrontendPlan(next);
        for (FrontendConfig frontend : next.frontends()) {
            Seat same = seats.get(frontend.name());
            if (same != null
                    && same.frontend().bind().equals(frontend.bind())
                    && fits(same.frontend(), frontend)) {
                plan.inherits(frontend, same.frontend());
            }
        }
        for (FrontendConfig frontend : next.frontends()) {
            InetSocketAddress address = configured(next, frontend);
            if (plan.before(frontend).isEmpty() && address.getPort() != 0) {
                seats.values().stream()
                        .map(Seat::frontend)
                        .filter(now -> !plan.isTakenOver(now.name()))
                        .filter(now -> configured(config, now).equals(address))
                        .filter(now -> fits(now, frontend))
                        .findFirst()
                        .ifPresent(now -> plan.inherits(frontend, now));
            }
        }
        return plan;
    }

    /**
     * Binds what is new; clients that come before {@link #commit} wait.
     *
     * @throws ListenException when something cannot be bound; nothing of the plan is left then
     */
    synchronized void prepare(FrontendPlan plan) throws ListenException {
        for (FrontendConfig frontend : plan.config().frontends()) {
            if (plan.before(frontend).isEmpty() && mayBind(frontend)) {
                InetSocketAddress address = configured(plan.config(), frontend);
                try {
                    plan.opened(
                            frontend,
                            listeners.open(
                                    frontend,
                                    address,
                                    plan.protocol(frontend),
                                    new Listener.Opening(true, isOurs(address.getPort()))));
                } catch (ListenException e) {
                    abort(plan);
                    throw e;
                }
            }
        }
    }

    /** Nothing of the plan is left. */
    void abort(FrontendPlan plan) {
        for (Listener listener : plan.allOpened()) {
            listener.stop();
            listeners.forget(listener);
        }
    }

    /**
     * Clients meet the plan's frontends from now on. Connections that are there go on; those of
     * frontends whose connections are treated otherwise now are told to end when that does not
     * hurt.
     *
     * @return listeners that accept no more, whose connections are told to end
     */
    synchronized List<Listener> commit(FrontendPlan plan) {
        Map<String, Seat> before = seats;
        Map<String, Seat> next = new LinkedHashMap<>();
        for (FrontendConfig frontend : plan.config().frontends()) {
            Listener listener = plan.openedFor(frontend).orElse(null);
            FrontendConfig was = plan.before(frontend).orElse(null);
            Seat heir = was == null ? null : before.get(was.name());
            if (heir != null) {
                listener = heir.listener();
            }
            next.put(frontend.name(), new Seat(frontend, plan.protocol(frontend), listener));
        }
        config = plan.config();
        seats = next;
        next.values().forEach(seat -> begin(seat, plan));
        List<Listener> gone = new ArrayList<>();
        for (Seat seat : before.values()) {
            Listener listener = seat.listener();
            if (listener != null && !plan.isTakenOver(seat.frontend().name())) {
                gone.add(listener);
            }
        }
        leaving.addAll(gone);
        gone.forEach(Listener::stop);
        gone.forEach(Listener::drain);
        for (String group : owned.keySet()) { // some may be ours only since the plan was made
            if (isOwned(group)) {
                owner.execute(() -> gained(group));
            }
        }
        return gone;
    }

    private void begin(Seat seat, FrontendPlan plan) {
        Listener listener = seat.listener();
        if (listener == null) {
            return;
        }
        FrontendConfig was = plan.before(seat.frontend()).orElse(null);
        if (was == null && !mayBind(seat.frontend())) { // lost since the plan was made
            seat.listens(null);
            listener.stop();
            listeners.forget(listener);
        } else if (was == null) {
            listener.accept();
        } else {
            listener.become(seat.frontend(), seat.protocol());
            if (Changes.ofConnections(was, seat.frontend())) {
                listener.drain();
            }
        }
    }

    /** A listener has left for good: what connections it still has are closed. */
    void left(Listener listener) {
        leaving.remove(listener);
        listeners.forget(listener);
    }

    /** Whether a listener of ours has the port, perhaps on another address. */
    private boolean isOurs(int port) {
        return open().values().stream().anyMatch(open -> open.address().getPort() == port);
    }

    /** Whether the sockets of the one are such as the other wants, on the same event loops. */
    private static boolean fits(FrontendConfig now, FrontendConfig next) {
        return isDatagrams(now) == isDatagrams(next) && now.profile() == next.profile();
    }

    private static boolean isDatagrams(FrontendConfig frontend) {
        return frontend.mode() == FrontendConfig.Mode.UDP;
    }

    private boolean isOwned(String group) {
        return owned.getOrDefault(group, false);
    }

    private boolean mayBind(FrontendConfig frontend) {
        return !frontend.forwarding().byKernel()
                && (!waitsForOwnership(frontend) || isOwned(groupOf(frontend)));
    }

    /** Whether it is bound only while this node owns its group. */
    private boolean waitsForOwnership(FrontendConfig frontend) {
        return config.cluster().ownership() == Ownership.BIND
                && frontend.bind() instanceof Bind.Floating;
    }

    private static InetSocketAddress configured(ProaConfig config, FrontendConfig frontend) {
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

    private List<Seat> of(String group) {
        return seats.values().stream()
                .filter(seat -> groupOf(seat.frontend()).equals(group))
                .toList();
    }

    private void bind(Seat seat) throws ListenException {
        if (seat.listener() == null && !seat.frontend().forwarding().byKernel()) {
            FrontendConfig frontend = seat.frontend();
            seat.listens(
                    listeners.open(
                            frontend,
                            configured(config, frontend),
                            seat.protocol(),
                            new Listener.Opening(held, false)));
        }
    }

    private void gained(String group) {
        long deadline = System.nanoTime() + BIND_TIME_MAX.toNanos();
        for (Seat seat : of(group)) {
            bindPatiently(seat, deadline);
        }
    }

    private void bindPatiently(Seat seat, long deadline) {
        while (isOwned(groupOf(seat.frontend()))) {
            try {
                bindIfCurrent(seat);
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

    /** A seat that a reload has replaced meanwhile is no matter: its successor comes later. */
    private synchronized void bindIfCurrent(Seat seat) throws ListenException {
        if (seats.containsValue(seat)) {
            bind(seat);
        }
    }

    private synchronized void lost(String group) {
        for (Seat seat : of(group)) {
            Listener listener = seat.listener();
            if (listener != null) {
                if (waitsForOwnership(seat.frontend())) {
                    lost.put(listener, group);
                    seat.listens(null);
                    listener.stop();
                }
                listener.drain();
                closeLater(group, listener);
            }
        }
    }

    /** One that was stopped is no more in any case, the others if the group is still lost then. */
    private void closeLater(String group, Listener listener) {
        Thread.ofVirtual()
                .name("lost-" + group)
                .start(
                        () -> {
                            do {
                                listener.drain(); // those that came last, too
                                LockSupport.parkNanos(LOST_LINGER.toNanos());
                            } while (tails.contains(group) && !owner.isShutdown());
                            if (owner.isShutdown()) {
                                return;
                            }
                            if (lost.remove(listener) != null) {
                                listeners.forget(listener);
                            } else if (!isOwned(group)) {
                                listener.closeConnections();
                            }
                        });
    }

    @Override
    public void close() {
        owner.shutdownNow();
    }
}
