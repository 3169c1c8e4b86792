package proa.vip.loop;

import proa.vip.vrrp.Event;

import java.net.SocketException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which groups have all their interfaces, up and with a carrier (RFC 9568 §6.4 knows no owner
 * without one), and what changed about that. Used by one thread.
 */
final class CarrierWatch {

    private final Map<String, Set<Integer>> interfaces;
    private final Look running;

    /** As far as is known; what was never seen is down. */
    private final Map<Integer, Boolean> seen = new HashMap<>();

    /** As the machines have been told. */
    private final Map<String, Boolean> told = new LinkedHashMap<>();

    private boolean unsure;

    /** Whether the interface of that number is up and has a carrier. */
    interface Look {
        boolean running(int index) throws SocketException;
    }

    /**
     * Looks for the first time.
     *
     * @param interfaces the kernel's numbers of each group's
     */
    CarrierWatch(Map<String, Set<Integer>> interfaces, Look running) {
        this.interfaces = interfaces;
        this.running = running;
        look();
        interfaces.keySet().forEach(group -> told.put(group, carries(group)));
    }

    /**
     * Looks, and says of a group whether all its interfaces carry: its machine is taken to be told.
     * Not so for a group that stands nowhere.
     */
    boolean up(String group) {
        look();
        boolean now = carries(group);
        told.replace(group, now);
        return now;
    }

    private boolean carries(String group) {
        Set<Integer> all = interfaces.get(group);
        return all != null && all.stream().allMatch(index -> seen.getOrDefault(index, false));
    }

    /**
     * Each look walks through all addresses of the host: one for each interface, not each group.
     */
    private void look() {
        unsure = false;
        interfaces.values().stream().flatMap(Set::stream).distinct().forEach(this::look);
    }

    /** A look that the kernel refused says nothing: an owner gives nothing away for it. */
    private void look(int index) {
        try {
            seen.put(index, running.running(index));
        } catch (SocketException _) {
            unsure = true;
        }
    }

    /** Looks again, and tells what is not as it was. */
    void look(Hands.Arrivals arrivals) {
        look();
        told.replaceAll(
                (group, before) -> {
                    boolean now = carries(group);
                    if (now != before) {
                        arrivals.group(group, new Event.LinkState(now));
                    }
                    return now;
                });
    }

    /** Looks again where one was down or a look was refused, after which no event may come. */
    void lookIfUnsure(Hands.Arrivals arrivals) {
        if (unsure || seen.containsValue(false) || told.containsValue(false)) {
            look(arrivals);
        }
    }
}
