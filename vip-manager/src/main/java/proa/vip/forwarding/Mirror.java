package proa.vip.forwarding;

import proa.config.BackendConfig.Server;
import proa.vip.forwarding.Strays.Counted;
import proa.vip.forwarding.Strays.Stay;
import proa.vip.message.Endpoint;
import proa.vip.message.MeshMessage.Connections;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What this host's kernel is to know of connections that another node owns, so that nothing is left
 * to do when it becomes the owner: the owner's {@link Strays} are put into the kernel's tracking as
 * they are told.
 *
 * <pre>
 *   event                               then
 *   HERE, new or in another state       put it into the kernel
 *   GONE                                remove it
 *   a round begins                      what was kept is doubtful, and stays
 *   ALL                                 remove what is doubtful
 *   the group is gained                 they are the kernel's now
 *   the group's connections forgotten   put all again
 *   half of a connection's time         put it again
 *   an earlier term or round            nothing
 * </pre>
 *
 * <p>Names of servers are this host's file's: a peer cannot bring in an address. Not thread-safe;
 * time comes in as an argument.
 */
public final class Mirror {

    /** As the kernel has it for a connection that was established and says nothing. */
    private static final int LASTING_SECONDS = 5 * 24 * 3_600;

    /** The longest that the kernel has for what is half closed, and for datagrams, is less. */
    private static final int BRIEF_SECONDS = 600;

    private static final long NANOS = 1_000_000_000L;

    private final Map<String, Item> items = new LinkedHashMap<>();
    private long lastingNanos;
    private long briefNanos;

    /** What is to be done in the kernel's tracking. */
    public sealed interface Effect {

        /** The service whose connection it is. */
        Service service();

        /** The client's end. */
        Endpoint client();

        /**
         * This connection is there, in place of any there was.
         *
         * @param state as of {@link Tracked}
         * @param seconds how long it stays if nobody speaks
         */
        record Put(Service service, Endpoint client, Server server, int state, int seconds)
                implements Effect {}

        /** It is not. */
        record Remove(Service service, Endpoint client) implements Effect {}
    }

    private static final class Item {
        final Service service;
        final Map<String, Server> servers = new HashMap<>();
        final Map<Stay, Stay> stays = new HashMap<>();
        Map<Endpoint, Stay> kept = new HashMap<>();
        Map<Endpoint, Stay> doubtful = new HashMap<>();
        boolean ours;
        long term;
        long round;
        int dropped;

        Item(Service service) {
            this.service = service;
            service.servers().forEach(server -> servers.put(server.name(), server));
        }

        int size() {
            return kept.size() + doubtful.size();
        }

        void clear() {
            kept = new HashMap<>();
            doubtful = new HashMap<>();
        }

        Effect put(Endpoint client, Stay stay) {
            Server server = servers.get(stay.server());
            if (server == null) {
                throw new IllegalStateException("no server " + stay.server());
            }
            int seconds = Tracked.lasts(stay.state()) ? LASTING_SECONDS : BRIEF_SECONDS;
            return new Effect.Put(service, client, server, stay.state(), seconds);
        }
    }

    /** Of those services whose connections are told. */
    public Mirror(List<Service> services, long nowNanos) {
        for (Service service : services) {
            if (service.nat().replicated()) {
                items.put(service.frontend(), new Item(service));
            }
        }
        lastingNanos = nowNanos + LASTING_SECONDS / 2 * NANOS;
        briefNanos = nowNanos + BRIEF_SECONDS / 2 * NANOS;
    }

    /** Who owns a group, as often as it is told. */
    public void owner(String group, boolean ours, long term) {
        for (Item item : items.values()) {
            if (item.service.group().equals(group)) {
                if (ours && !item.ours) {
                    item.clear();
                    item.dropped = 0;
                }
                item.ours = ours;
                if (term > item.term) {
                    item.term = term;
                    item.round = 0; // each owner counts its own
                }
            }
        }
    }

    /** A peer says what it owns. */
    public List<Effect> heard(Connections said) {
        Item item = items.get(said.frontend());
        if (item == null || item.ours || isOld(item, said)) {
            return List.of();
        }
        if (said.term() > item.term || said.round() > item.round) {
            item.term = said.term();
            item.round = said.round();
            item.doubtful.putAll(item.kept);
            item.kept = new HashMap<>();
            item.dropped = 0;
        }
        return switch (said.step()) {
            case HERE -> here(item, said);
            case GONE -> gone(item, said);
            case ALL -> all(item);
        };
    }

    private static boolean isOld(Item item, Connections said) {
        return said.term() < item.term || (said.term() == item.term && said.round() < item.round);
    }

    private List<Effect> here(Item item, Connections said) {
        boolean known =
                item.servers.containsKey(said.server())
                        && (item.service.udp() ? said.state() == 0 : Tracked.speaks(said.state()));
        if (!known) {
            item.dropped += said.clients().size();
            return List.of();
        }
        Stay stay = item.stays.computeIfAbsent(new Stay(said.server(), said.state()), s -> s);
        List<Effect> effects = new ArrayList<>();
        int room = Strays.CONNECTIONS_MAX - size();
        for (Endpoint client : said.clients()) {
            Stay doubted = item.doubtful.remove(client);
            Stay before = doubted == null ? item.kept.get(client) : doubted;
            boolean fits = client.six() == Endpoint.of(item.service.address()).six();
            if (!fits || (before == null && room <= 0)) {
                item.dropped++;
                continue;
            }
            item.kept.put(client, stay);
            room -= before == null ? 1 : 0;
            if (!stay.equals(before)) {
                effects.add(item.put(client, stay));
            }
        }
        return effects;
    }

    private int size() {
        return items.values().stream().mapToInt(Item::size).sum();
    }

    private static List<Effect> gone(Item item, Connections said) {
        List<Effect> effects = new ArrayList<>();
        for (Endpoint client : said.clients()) {
            boolean kept = item.kept.remove(client) != null;
            boolean doubtful = item.doubtful.remove(client) != null;
            if (kept || doubtful) {
                effects.add(new Effect.Remove(item.service, client));
            }
        }
        return effects;
    }

    private static List<Effect> all(Item item) {
        List<Effect> effects = new ArrayList<>();
        item.doubtful
                .keySet()
                .forEach(client -> effects.add(new Effect.Remove(item.service, client)));
        item.doubtful = new HashMap<>();
        return effects;
    }

    /** The kernel has forgotten all connections of a group. */
    public List<Effect> forgotten(String group) {
        List<Effect> effects = new ArrayList<>();
        for (Item item : items.values()) {
            if (item.service.group().equals(group)) {
                putAll(item, true, effects);
                putAll(item, false, effects);
            }
        }
        return effects;
    }

    /** What the kernel would forget by itself before long. */
    public List<Effect> tick(long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        if (nowNanos - briefNanos >= 0) {
            briefNanos = nowNanos + BRIEF_SECONDS / 2 * NANOS;
            items.values().forEach(item -> putAll(item, false, effects));
        }
        if (nowNanos - lastingNanos >= 0) {
            lastingNanos = nowNanos + LASTING_SECONDS / 2 * NANOS;
            items.values().forEach(item -> putAll(item, true, effects));
        }
        return effects;
    }

    private static void putAll(Item item, boolean lasting, List<Effect> effects) {
        for (Map<Endpoint, Stay> each : List.of(item.kept, item.doubtful)) {
            each.forEach(
                    (client, stay) -> {
                        if (Tracked.lasts(stay.state()) == lasting) {
                            effects.add(item.put(client, stay));
                        }
                    });
        }
    }

    /** Told of each service that is another's: how many there are, and how many were not kept. */
    public void count(BiConsumer<String, Counted> sink) {
        items.forEach(
                (frontend, item) -> {
                    if (!item.ours) {
                        sink.accept(frontend, new Counted(item.size(), item.dropped));
                    }
                });
    }
}
