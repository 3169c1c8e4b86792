package proa.vip.loop;

import proa.config.FrontendConfig.Forwarding;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Tracked;
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
import java.util.stream.Collectors;

/**
 * Datagrams to servers that are down. The kernel keeps who sends from one port at one server for as
 * long as something is sent, whether it is answered or not: so an owner has it forget those, once
 * the map leads elsewhere. Connections of TCP end by themselves. Used by the thread that keeps the
 * rules.
 */
final class DeadServers {

    /** Forgotten in a turn at most; what is left follows with the next one. */
    static final int FORGOTTEN_MAX = 16_384;

    private final List<RuleSet> rules;
    private final Known known;
    private final Forget forget;
    private final Map<String, Set<String>> down = new HashMap<>();
    private final Set<String> ours = new HashSet<>();
    private boolean due;

    /** Shows what the kernel remembers. */
    interface Known {
        void list(boolean six, int mark, Consumer<Tracked> seen) throws KernelException;
    }

    /** Has the kernel forget it, sooner or later. */
    interface Forget {
        void remove(boolean udp, Endpoint client, Endpoint address) throws KernelException;
    }

    DeadServers(List<RuleSet> rules, Known known, Forget forget) {
        this.rules = rules;
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
            due = true;
        }
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

    /** To be called when all maps are as wanted: what was remembered before would come again. */
    void turn() throws KernelException {
        if (!due) {
            return;
        }
        boolean left = false;
        for (RuleSet each : rules) {
            for (Service service : each.services()) {
                Set<Endpoint> servers = dead(service);
                OptionalInt mark = each.mark(service.group());
                if (!servers.isEmpty() && mark.isPresent()) {
                    left |= forget(each.six(), mark.getAsInt(), service, servers);
                }
            }
        }
        due = left;
    }

    private Set<Endpoint> dead(Service service) {
        Set<String> names = down.getOrDefault(service.frontend(), Set.of());
        boolean kept =
                service.udp()
                        && service.forwarding() == Forwarding.NAT
                        && ours.contains(service.group());
        return kept
                ? service.servers().stream()
                        .filter(server -> names.contains(server.name()))
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
                    if (seen.udp()
                            && seen.destination().equals(address)
                            && servers.contains(seen.answerSource())
                            && clients.size() < FORGOTTEN_MAX) {
                        clients.add(seen.source());
                    }
                });
        for (Endpoint client : clients) {
            forget.remove(true, client, address);
        }
        return clients.size() == FORGOTTEN_MAX;
    }
}
