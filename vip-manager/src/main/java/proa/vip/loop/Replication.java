package proa.vip.loop;

import proa.vip.forwarding.Buckets;
import proa.vip.forwarding.Mirror;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Strays;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.linux.ConnectionTracking;
import proa.vip.linux.KernelException;
import proa.vip.message.Endpoint;
import proa.vip.message.MeshMessage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Connections that the tables do not lead to, between this host's kernel and the peers: the owner's
 * are looked up and told, those that are told are put into the kernel. Used by the thread that
 * keeps the rules, except {@link #speakBy}, {@link #missed} and {@link #counted}.
 */
final class Replication {

    /** 4,096 connections in the 50 ms of a turn at most: other news must not wait for these. */
    private static final int MESSAGES_A_TURN = 16;

    /** Tens of milliseconds of the kernel's time: changes of the rules must not wait for more. */
    private static final int EFFECTS_A_TURN = 2_000;

    /** Every connection once; a peer that says more meanwhile is not listened to. */
    private static final int EFFECTS_MAX = Strays.CONNECTIONS_MAX;

    private static final long COUNT_NANOS = 500_000_000L;

    private final List<RuleSet> rules;
    private final ConnectionTracking tracking;
    private final Journal journal;
    private final Strays strays;
    private final Mirror mirror;
    private volatile Consumer<MeshMessage> peers = _ -> {};
    private volatile Map<String, Counted> counted = Map.of();
    private final AtomicInteger missed = new AtomicInteger();
    private final EffectQueue effects = new EffectQueue(new Told());
    private int refused;
    private long countNanos;

    Replication(List<RuleSet> rules, ConnectionTracking tracking, Journal journal, long nowNanos) {
        this.rules = rules;
        this.tracking = tracking;
        this.journal = journal;
        List<Service> services = rules.stream().flatMap(each -> each.services().stream()).toList();
        strays = new Strays(services);
        mirror = new Mirror(services, nowNanos);
        countNanos = nowNanos;
    }

    /** Who tells all peers; must not block. */
    void speakBy(Consumer<MeshMessage> say) {
        peers = say;
    }

    void owner(String group, boolean ours, long term, long nowNanos) {
        strays.owner(group, ours, term, nowNanos);
        effects.owner(group, ours);
        mirror.owner(group, ours, term);
    }

    void connected(long nowNanos) {
        strays.connected(nowNanos);
    }

    void heard(MeshMessage.Connections said) {
        strays.heard(said);
        if (effects.size() < EFFECTS_MAX) {
            effects.add(mirror.heard(said));
        } else {
            missed();
        }
    }

    /** What a peer said could not be kept; any thread. */
    void missed() {
        missed.incrementAndGet();
    }

    /** The kernel has this table now. */
    void installed(Service service, Optional<Buckets> buckets, long nowNanos) {
        strays.installed(service, buckets, nowNanos);
    }

    /** The kernel has forgotten the group's connections. */
    void forgotten(String group) {
        effects.add(mirror.forgotten(group));
    }

    /** What is due, and some of what is to be said. */
    void turn(long nowNanos) throws KernelException {
        effects.add(mirror.tick(nowNanos));
        carryOut();
        Set<String> groups = strays.looking(nowNanos);
        if (!groups.isEmpty()) {
            look(groups);
            strays.looked(groups, nowNanos);
        }
        strays.say(MESSAGES_A_TURN).forEach(peers);
        if (nowNanos - countNanos >= 0) {
            countNanos = nowNanos + COUNT_NANOS;
            count();
        }
    }

    private void look(Set<String> groups) throws KernelException {
        for (RuleSet each : rules) {
            for (String group : groups) {
                if (each.mark(group).isPresent()) {
                    tracking.list(each.six(), each.mark(group).getAsInt(), strays::saw);
                }
            }
        }
    }

    private void carryOut() throws KernelException {
        effects.carryOut(EFFECTS_A_TURN);
        tracking.flush();
    }

    /** This host's kernel, as peers' connections are put into it. */
    private final class Told implements EffectQueue.Kernel {

        @Override
        public void put(Mirror.Effect.Put put) throws KernelException {
            Service service = put.service();
            tracking.put(
                    service.udp(),
                    put.client(),
                    Endpoint.of(service.address()),
                    Endpoint.of(put.server().address()),
                    put.state(),
                    mark(service),
                    put.seconds());
        }

        @Override
        public void add(Mirror.Effect.Put put) throws KernelException {
            Service service = put.service();
            tracking.add(
                    service.udp(),
                    put.client(),
                    Endpoint.of(service.address()),
                    Endpoint.of(put.server().address()),
                    put.state(),
                    mark(service),
                    put.seconds());
        }

        @Override
        public void remove(Mirror.Effect.Remove remove) throws KernelException {
            Service service = remove.service();
            tracking.remove(service.udp(), remove.client(), Endpoint.of(service.address()));
        }
    }

    private int mark(Service service) {
        return rules.stream()
                .flatMapToInt(each -> each.mark(service.group()).stream())
                .findFirst()
                .orElseThrow();
    }

    private void count() {
        Map<String, Counted> all = new LinkedHashMap<>();
        strays.count(all::put);
        mirror.count(all::put);
        all.forEach(this::warn);
        counted = all;
        KernelException why = tracking.refusal();
        if (tracking.refused() > refused && why != null) {
            journal.warn(
                    "forwarding: the kernel did not take "
                            + (tracking.refused() - refused)
                            + " connections of the owner's: "
                            + why.getMessage());
        }
        refused = tracking.refused();
        int lost = missed.getAndSet(0);
        if (lost > 0) {
            journal.warn(
                    "forwarding: "
                            + lost
                            + " messages about connections of the owner's came while the rules"
                            + " were being changed, and are lost");
        }
    }

    private void warn(String frontend, Counted now) {
        Counted before = counted.getOrDefault(frontend, new Counted(0, 0));
        if (now.dropped() > 0 && before.dropped() == 0) {
            journal.warn(
                    "forwarding: "
                            + frontend
                            + " has more connections that its table does not lead to than the "
                            + Strays.CONNECTIONS_MAX
                            + " that are told to other nodes, or a peer's file differs: "
                            + now.dropped()
                            + " end with their owner");
        }
    }

    /** What there was of each frontend within the last second. */
    Map<String, Counted> counted() {
        return counted;
    }
}
