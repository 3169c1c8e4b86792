package proa.vip.forwarding;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who says which servers the kernels forward to. All nodes must have the same tables when an
 * address moves, for a connection finds its server by the table until the new owner's kernel has
 * seen it. So the owner of a group is the only one to change them; the others install what it says.
 *
 * <pre>
 *   event                     not the owner            owner
 *   own node: usable servers  remember                 change, install, tell all
 *   peer: a later assignment  install                  install (it was the owner of a later term)
 *   peer: an earlier one      tell that peer ours      tell that peer ours
 *   peer: another as late     install                  –
 *   peer connects             –                        tell that peer
 *   becomes owner             –                        take servers out that are down here, tell all;
 *                                                      put servers in only after {@link #HOLD}
 * </pre>
 *
 * <p>The delay gives connections that are alive time to pass through the new owner, whose kernel
 * then knows them and keeps them where they are. Not thread-safe; time comes in as an argument.
 */
public final class Assignments {

    /** Twice the time after which most connections that are alive have sent something. */
    static final Duration HOLD = Duration.ofSeconds(10);

    private final Map<String, Item> items = new LinkedHashMap<>();
    private final List<Effect> effects = new ArrayList<>();

    /** What is to be done. */
    public sealed interface Effect {

        /** Put this into the kernel's map. */
        record Install(Service service, Assignment assignment) implements Effect {}

        /** Tell this to a peer; to all with an empty name. */
        record Tell(String peer, Service service, Assignment assignment) implements Effect {}
    }

    private static final class Item {
        final Service service;
        Assignment current;
        @Nullable Set<String> own;
        boolean ours;
        long term;
        long holdUntilNanos;
        boolean holding;

        Item(Service service) {
            this.service = service;
            this.current = Assignment.initial(service.names());
        }
    }

    /** All services, every server usable. */
    public Assignments(List<Service> services) {
        services.forEach(service -> items.put(service.frontend(), new Item(service)));
    }

    /** What holds for each service now, in the order of the file. */
    public Map<Service, Assignment> current() {
        Map<Service, Assignment> current = new LinkedHashMap<>();
        items.values().forEach(item -> current.put(item.service, item.current));
        return current;
    }

    /**
     * This host's node says which servers of a frontend it holds usable. Names that this host's
     * file does not have behind that frontend are left out: the node cannot bring in an address.
     */
    public List<Effect> usable(String frontend, List<String> servers, long nowNanos) {
        Item item = items.get(frontend);
        if (item != null) {
            Set<String> known = new HashSet<>(servers);
            known.retainAll(item.service.names());
            boolean first = item.own == null;
            item.own = known;
            boolean changed = settle(item, nowNanos);
            if (first && !changed) {
                install(item); // what an earlier life left in the kernel may be another
            }
        }
        return taken();
    }

    /** Who owns a group, as often as it is told. */
    public List<Effect> owner(String group, boolean ours, long term, long nowNanos) {
        for (Item item : items.values()) {
            if (item.service.group().equals(group)) {
                boolean gained = ours && !item.ours;
                item.ours = ours;
                item.term = term;
                if (gained) {
                    item.holding = true;
                    item.holdUntilNanos = nowNanos + HOLD.toNanos();
                    if (!settle(item, nowNanos)) {
                        tell(item, "");
                    }
                }
            }
        }
        return taken();
    }

    /** A peer says what holds for a frontend. */
    public List<Effect> said(String peer, String frontend, Assignment assignment, long nowNanos) {
        Item item = items.get(frontend);
        if (item != null) {
            Set<String> known = new HashSet<>(assignment.servers());
            known.retainAll(item.service.names());
            Assignment heard = new Assignment(assignment.term(), assignment.version(), known);
            if (heard.isAfter(item.current)) {
                item.current = heard;
                install(item);
                settle(item, nowNanos);
            } else if (item.current.isAfter(heard)) {
                tell(item, peer);
            } else if (!item.ours && !heard.servers().equals(item.current.servers())) {
                item.current = heard; // two owned it at a time; who owns it now speaks last
                install(item);
            }
        }
        return taken();
    }

    /** A peer has connected. */
    public List<Effect> connected(String peer) {
        items.values().stream().filter(item -> item.ours).forEach(item -> tell(item, peer));
        return taken();
    }

    /** What is due by time alone. */
    public List<Effect> tick(long nowNanos) {
        items.values().forEach(item -> settle(item, nowNanos));
        return taken();
    }

    /** When {@link #tick} is due; {@link Long#MAX_VALUE}: never. */
    public long deadlineNanos() {
        long earliest = Long.MAX_VALUE;
        for (Item item : items.values()) {
            if (item.ours
                    && item.holding
                    && (earliest == Long.MAX_VALUE || item.holdUntilNanos - earliest < 0)) {
                earliest = item.holdUntilNanos;
            }
        }
        return earliest;
    }

    /** The owner brings what holds in line with its own view, as far as the time allows. */
    private boolean settle(Item item, long nowNanos) {
        if (item.holding && nowNanos - item.holdUntilNanos >= 0) {
            item.holding = false;
        }
        Set<String> own = item.own;
        if (!item.ours || own == null) {
            return false;
        }
        Set<String> wanted = new HashSet<>(own);
        if (item.holding) {
            wanted.retainAll(item.current.servers());
        }
        // With nobody left there are no connections to be careful of.
        Set<String> next = wanted.isEmpty() ? own : wanted;
        if (next.equals(item.current.servers())) {
            return false;
        }
        item.current = item.current.next(item.term, next);
        install(item);
        tell(item, "");
        return true;
    }

    private void install(Item item) {
        effects.add(new Effect.Install(item.service, item.current));
    }

    private void tell(Item item, String peer) {
        effects.add(new Effect.Tell(peer, item.service, item.current));
    }

    private List<Effect> taken() {
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }
}
