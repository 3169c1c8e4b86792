package proa.vip.loop;

import proa.vip.linux.KernelException;
import proa.vip.vrrp.Event;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the probes of all groups' gateways stand, whatever asks them. Used by the loop's thread.
 */
final class GatewayProbes {

    /** Sends one question. */
    interface Question {
        void ask(Ground ground, InetAddress gateway) throws KernelException;
    }

    private final Map<String, Ground> grounds;
    private final Map<String, GatewayProbe> probes = new LinkedHashMap<>();

    GatewayProbes(Map<String, Ground> grounds) {
        this.grounds = grounds;
        grounds.keySet().forEach(group -> probes.put(group, new GatewayProbe()));
    }

    /** Begins to probe; the first request leaves with the next {@link #tick}. */
    void start(Ground ground, long nowNanos) {
        probe(ground).start(nowNanos);
    }

    private GatewayProbe probe(Ground ground) {
        return probes.computeIfAbsent(ground.group().name(), _ -> new GatewayProbe());
    }

    /** Sends requests that are due and gives up on gateways that stay silent. */
    void tick(Hands.Arrivals arrivals, Question question, long nowNanos) {
        for (Ground ground : grounds.values()) {
            switch (probe(ground).next(nowNanos)) {
                case NOTHING -> {}
                case REQUEST ->
                        ground.gateway()
                                .ifPresentOrElse(
                                        gateway -> ask(ground, gateway, question),
                                        () -> nobodyThere(ground, arrivals));
                case GIVE_UP ->
                        arrivals.group(ground.group().name(), new Event.GatewayProbed(false));
            }
        }
    }

    /** A request that cannot be sent is not answered either, which the probe will tell. */
    private static void ask(Ground ground, InetAddress gateway, Question question) {
        try {
            question.ask(ground, gateway);
        } catch (KernelException _) {
            // As said above.
        }
    }

    /** No default route yet: who waits for the answer need not wait for its end. */
    private void nobodyThere(Ground ground, Hands.Arrivals arrivals) {
        probe(ground).answered();
        arrivals.group(ground.group().name(), new Event.GatewayProbed(false));
    }

    /** That address has spoken on the wire. */
    void heard(InetAddress address, Hands.Arrivals arrivals) {
        for (Ground ground : grounds.values()) {
            boolean gateway = ground.gateway().filter(address::equals).isPresent();
            if (gateway && probe(ground).answered()) {
                arrivals.group(ground.group().name(), new Event.GatewayProbed(true));
            }
        }
    }

    long deadlineNanos() {
        long earliest = Long.MAX_VALUE;
        for (GatewayProbe probe : probes.values()) {
            long deadline = probe.deadlineNanos();
            if (deadline != Long.MAX_VALUE
                    && (earliest == Long.MAX_VALUE || deadline - earliest < 0)) {
                earliest = deadline;
            }
        }
        return earliest;
    }
}
