package proa.vip.forwarding;

import proa.config.BackendConfig.Server;
import proa.vip.message.Endpoint;
import proa.vip.message.MeshMessage.Connections;
import proa.vip.message.MeshMessage.Connections.Step;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The owner's connections that the table of servers does not lead to: a change of servers has left
 * them where they were, and only this kernel knows. Everybody else finds the server of every other
 * connection by the table, so these alone are told to the other nodes.
 *
 * <pre>
 *   event                          then
 *   the group is gained            look; begin a round: say all of them
 *   a peer connects                look; begin a round
 *   the table has changed          look; say what has changed
 *   five seconds later, if any       look; say what has changed
 *   the group is lost              forget them
 * </pre>
 *
 * <p>To look means to be shown everything that the kernel tracks for the groups, by {@link #saw}
 * between {@link #looking} and {@link #looked}. Not thread-safe; time comes in as an argument.
 */
public final class Strays {

    /** Of all services together; more are counted and left to end with their owner. */
    public static final int CONNECTIONS_MAX = 50_000;

    /** How long a connection that has ended may be told of as if it had not. */
    private static final long AGAIN_NANOS = 5_000_000_000L;

    private final Map<String, Item> items = new LinkedHashMap<>();
    private final Map<Place, Item> byAddress = new HashMap<>();
    private final ArrayDeque<Connections> outbox = new ArrayDeque<>();
    private int room;

    private record Place(boolean udp, Endpoint address) {}

    /** Where a connection is and what has become of it. */
    record Stay(String server, int state) {}

    private static final class Item {
        final Service service;
        final Map<Endpoint, String> servers = new HashMap<>();
        final Map<Stay, Stay> stays = new HashMap<>();
        Optional<Buckets> buckets = Optional.empty();
        Map<Endpoint, Stay> told = new HashMap<>();
        Map<Endpoint, Stay> found = new HashMap<>();
        boolean ours;
        long term;
        long round;
        long heardTerm;
        long heardRound;
        boolean begins;
        boolean due;
        long dueNanos;
        int dropped;

        Item(Service service) {
            this.service = service;
            for (Server server : service.servers()) {
                servers.put(Endpoint.of(server.address()), server.name());
            }
        }

        void lookAt(long nanos) {
            if (!due || nanos - dueNanos < 0) {
                due = true;
                dueNanos = nanos;
            }
        }
    }

    /** Of those services whose connections are to be told. */
    public Strays(List<Service> services) {
        for (Service service : services) {
            if (service.nat().replicated()) {
                Item item = new Item(service);
                items.put(service.frontend(), item);
                byAddress.put(new Place(service.udp(), Endpoint.of(service.address())), item);
            }
        }
    }

    /** Who owns a group, as often as it is told. */
    public void owner(String group, boolean ours, long term, long nowNanos) {
        for (Item item : of(group)) {
            if (ours && !item.ours) {
                item.begins = true;
                item.lookAt(nowNanos);
            }
            item.ours = ours;
            item.term = term;
            if (!ours) {
                item.due = false;
                item.told = new HashMap<>();
                outbox.removeIf(each -> each.frontend().equals(item.service.frontend()));
            }
        }
    }

    private List<Item> of(String group) {
        return items.values().stream().filter(item -> item.service.group().equals(group)).toList();
    }

    /** A peer that may have missed what was said has connected. */
    public void connected(long nowNanos) {
        for (Item item : items.values()) {
            if (item.ours) {
                item.begins = true;
                item.lookAt(nowNanos);
            }
        }
    }

    /** The kernel has another table for a service. */
    public void installed(Service service, Optional<Buckets> buckets, long nowNanos) {
        Item item = items.get(service.frontend());
        if (item != null) {
            item.buckets = buckets;
            if (item.ours) {
                item.lookAt(nowNanos);
            }
        }
    }

    /**
     * A peer says what it owns. A group may come here without a new term, and who has heard the
     * former owner's rounds of that term listens to none of before.
     */
    public void heard(Connections said) {
        Item item = items.get(said.frontend());
        if (item != null && said.term() >= item.heardTerm) {
            boolean same = said.term() == item.heardTerm;
            item.heardRound = same ? Math.max(item.heardRound, said.round()) : said.round();
            item.heardTerm = said.term();
        }
    }

    /** The groups whose connections are to be shown now; if any, {@link #looked} comes next. */
    public Set<String> looking(long nowNanos) {
        Set<String> groups =
                items.values().stream()
                        .filter(item -> item.due && nowNanos - item.dueNanos >= 0)
                        .map(item -> item.service.group())
                        .collect(Collectors.toSet());
        room = CONNECTIONS_MAX;
        for (Item item : items.values()) {
            item.found = new HashMap<>();
            if (groups.contains(item.service.group())) {
                item.dropped = 0;
            } else {
                room -= item.told.size();
            }
        }
        return groups;
    }

    /** One connection with the mark of a group that is looked at. */
    public void saw(Tracked seen) {
        Item first = byAddress.get(new Place(seen.udp(), seen.destination()));
        if (first != null && seen.answerDestination().equals(seen.source())) {
            saw(first, seen.source(), seen.answerSource(), seen.state());
            return;
        }
        // A server's packet was the first that this kernel has seen.
        Item then = byAddress.get(new Place(seen.udp(), seen.answerDestination()));
        if (then != null && seen.answerSource().equals(seen.destination())) {
            saw(then, seen.destination(), seen.source(), seen.state());
        }
    }

    private void saw(Item item, Endpoint client, Endpoint server, int state) {
        String name = item.servers.get(server);
        boolean alive = item.service.udp() || Tracked.speaks(state);
        if (name == null || !alive || !item.ours || follows(item, client, name)) {
            return;
        }
        Stay stay = new Stay(name, state);
        if (room > 0) {
            item.found.put(client, item.stays.computeIfAbsent(stay, each -> each));
            room--;
        } else {
            item.dropped++;
        }
    }

    private static boolean follows(Item item, Endpoint client, String server) {
        int bucket = KernelHash.bucket(client, item.service.bySource());
        return item.buckets.filter(table -> table.nameAt(bucket).equals(server)).isPresent();
    }

    /** All connections of these groups have been shown. */
    public void looked(Set<String> groups, long nowNanos) {
        for (Item item : items.values()) {
            if (groups.contains(item.service.group()) && item.ours) {
                item.due = false;
                say(item);
                if (!item.told.isEmpty()) {
                    item.lookAt(nowNanos + AGAIN_NANOS);
                }
            }
            item.found = new HashMap<>();
        }
    }

    private void say(Item item) {
        boolean begins = item.begins;
        if (begins) {
            outbox.removeIf(each -> each.frontend().equals(item.service.frontend()));
            item.told = new HashMap<>();
            long heard = item.heardTerm == item.term ? item.heardRound : 0;
            item.round = Math.max(item.round, heard) + 1;
            item.begins = false;
        }
        Map<Stay, List<Endpoint>> gone = new LinkedHashMap<>();
        item.told.forEach(
                (client, stay) -> {
                    if (!item.found.containsKey(client)) {
                        gone.computeIfAbsent(stay, _ -> new ArrayList<>()).add(client);
                    }
                });
        Map<Stay, List<Endpoint>> here = new LinkedHashMap<>();
        item.found.forEach(
                (client, stay) -> {
                    if (!stay.equals(item.told.get(client))) {
                        here.computeIfAbsent(stay, _ -> new ArrayList<>()).add(client);
                    }
                });
        gone.forEach((stay, clients) -> say(item, Step.GONE, stay, clients));
        here.forEach((stay, clients) -> say(item, Step.HERE, stay, clients));
        item.told = item.found;
        if (begins) {
            outbox.add(message(item, Step.ALL, new Stay("", 0), List.of()));
        }
    }

    private void say(Item item, Step step, Stay stay, List<Endpoint> clients) {
        for (int from = 0; from < clients.size(); from += Connections.CLIENTS_MAX) {
            int to = Math.min(clients.size(), from + Connections.CLIENTS_MAX);
            outbox.add(message(item, step, stay, clients.subList(from, to)));
        }
    }

    private static Connections message(Item item, Step step, Stay stay, List<Endpoint> clients) {
        return new Connections(
                item.service.frontend(),
                item.term,
                item.round,
                step,
                stay.server(),
                stay.state(),
                clients);
    }

    /** What all peers are to hear next, in this order; each is handed out once. */
    public List<Connections> say(int most) {
        List<Connections> next = new ArrayList<>();
        while (next.size() < most && !outbox.isEmpty()) {
            next.add(outbox.remove());
        }
        return next;
    }

    /** Told of each service that is ours: how many there are, and how many were too many. */
    public void count(BiConsumer<String, Counted> sink) {
        items.forEach(
                (frontend, item) -> {
                    if (item.ours) {
                        sink.accept(frontend, new Counted(item.told.size(), item.dropped));
                    }
                });
    }

    /**
     * Connections of one service that the table does not lead to.
     *
     * @param connections told to the others, or kept for their owner
     * @param dropped beyond {@link #CONNECTIONS_MAX}, or refused by the kernel
     */
    public record Counted(int connections, int dropped) {}
}
