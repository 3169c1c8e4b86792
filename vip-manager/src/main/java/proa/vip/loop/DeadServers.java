package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Server;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Tracked;
import proa.vip.forwarding.Value;
import proa.vip.linux.KernelException;
import proa.vip.message.Endpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Datagrams to servers that are down. The kernel keeps who sends from one port at one server for as
 * long as something is sent, whether it is answered or not: so an owner has it forget those, once
 * the map leads elsewhere, and looks again as long as a server is down. What such a server still
 * says is no beginning, on any node: from it the kernel would take that client to belong there
 * again. Connections of TCP end by themselves. Used by the thread that keeps the rules.
 */
final class DeadServers {

    /** Forgotten in a turn at most; what is left follows with the next one. */
    static final int FORGOTTEN_MAX = 16_384;

    /** From one look to the next while a server is down, as at what is replicated. */
    static final long AGAIN_NANOS = 5_000_000_000L;

    private final List<RuleSet> rules;
    private final Predicate<Service> filled;
    private final Silence silence;
    private final Known known;
    private final Forget forget;
    private final Map<String, Set<String>> down = new HashMap<>();
    private final Set<String> ours = new HashSet<>();

    /** What the kernel's sets hold, once that is known. */
    private final Map<Service, Set<Value>> silenced = new HashMap<>();

    private boolean stale = true;
    private boolean due;
    private boolean again;
    private long againNanos;

    /** Has the kernel take no beginnings of these servers of a service, and of all others. */
    interface Silence {
        void fill(boolean six, Service service, Set<Value> servers) throws KernelException;
    }

    /** Shows what the kernel remembers. */
    interface Known {
        void list(boolean six, int mark, Consumer<Tracked> seen) throws KernelException;
    }

    /** Has the kernel forget it, sooner or later. */
    interface Forget {
        void remove(boolean udp, Endpoint client, Endpoint address) throws KernelException;
    }

    /**
     * @param filled whether the map of a service leads where it is to: what is forgotten before
     *     comes again
     */
    DeadServers(
            List<RuleSet> rules,
            Predicate<Service> filled,
            Silence silence,
            Known known,
            Forget forget) {
        this.rules = rules;
        this.filled = filled;
        this.silence = silence;
        this.known = known;
        this.forget = forget;
    }

    /** These servers of a frontend are down, and no others. */
    void down(String frontend, Set<String> servers) {
        boolean carried =
                rules.stream()
                        .flatMap(each -> each.services().stream())
                        .anyMatch(service -> service.frontend().equals(frontend));
        if (carried) {
            down.put(frontend, servers);
            stale = true;
            due = true;
        }
    }

    /** The table is new, or of an earlier life, in which other servers were down. */
    void begun(RuleSet table) {
        table.services().forEach(silenced::remove);
        stale = true;
    }

    /** Somebody owns a group. */
    void owner(String group, boolean own) {
        if (own) {
            ours.add(group);
        } else {
            ours.remove(group);
        }
        due = true;
    }

    /** A map leads to other servers now. */
    void installed() {
        due = true;
    }

    /** Has the kernel know what is down, and forget what is due. */
    void turn(long nowNanos) throws KernelException {
        if (stale) {
            silence();
            stale = false;
        }
        if (!due && !(again && nowNanos - againNanos >= 0)) {
            return;
        }
        boolean left = false;
        again = false;
        for (RuleSet each : rules) {
            for (Service service : each.services()) {
                Set<Endpoint> servers = dead(service);
                OptionalInt mark = each.mark(service.group());
                if (!servers.isEmpty() && mark.isPresent()) {
                    again = true;
                    left |= forget(each.six(), mark.getAsInt(), service, servers);
                }
            }
        }
        againNanos = nowNanos + AGAIN_NANOS;
        due = left;
    }

    private void silence() throws KernelException {
        for (RuleSet each : rules) {
            for (Service service : each.services()) {
                Set<Value> servers =
                        down(service)
                                .map(server -> new Value.Place(server.address()))
                                .collect(Collectors.toSet());
                if (service.remembersDatagrams() && !servers.equals(silenced.get(service))) {
                    silence.fill(each.six(), service, servers);
                    silenced.put(service, servers);
                }
            }
        }
    }

    private Stream<Server> down(Service service) {
        Set<String> names = down.getOrDefault(service.frontend(), Set.of());
        return service.servers().stream().filter(server -> names.contains(server.name()));
    }

    private Set<Endpoint> dead(Service service) {
        boolean forgets =
                service.remembersDatagrams()
                        && ours.contains(service.group())
                        && filled.test(service);
        return forgets
                ? down(service)
                        .map(server -> Endpoint.of(server.address()))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private boolean forget(boolean six, int mark, Service service, Set<Endpoint> servers)
            throws KernelException {
        Endpoint address = Endpoint.of(service.address());
        List<Endpoint> clients = new ArrayList<>();
        known.list(
                six,
                mark,
                seen -> {
                    Endpoint client = client(seen, address, servers);
                    if (client != null && clients.size() < FORGOTTEN_MAX) {
                        clients.add(client);
                    }
                });
        for (Endpoint client : clients) {
            forget.remove(true, client, address);
        }
        return clients.size() == FORGOTTEN_MAX;
    }

    /** Whose datagrams to this address go to one of the servers, whoever sent the first of them. */
    private static @Nullable Endpoint client(
            Tracked seen, Endpoint address, Set<Endpoint> servers) {
        if (!seen.udp()) {
            return null;
        }
        if (seen.destination().equals(address)) {
            return servers.contains(seen.answerSource()) ? seen.source() : null;
        }
        boolean byServer =
                seen.answerDestination().equals(address)
                        && seen.answerSource().equals(seen.destination())
                        && servers.contains(seen.source());
        return byServer ? seen.destination() : null;
    }
}
