package proa.vip.loop;

import proa.vip.vrrp.Event;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which groups have all their interfaces, up and with a carrier (RFC 9568 §6.4 knows no owner
 * without one), and what changed about that. Used by one thread.
 */
final class CarrierWatch {

    private final Map<String, Set<Integer>> interfaces;
    private final IntPredicate running;
    private final Map<String, Boolean> up = new LinkedHashMap<>();

    /**
     * Looks for the first time.
     *
     * @param interfaces the kernel's numbers of each group's
     * @param running whether the interface of that number is up and has a carrier
     */
    CarrierWatch(Map<String, Set<Integer>> interfaces, IntPredicate running) {
        this.interfaces = interfaces;
        this.running = running;
        interfaces.keySet().forEach(group -> up.put(group, up(group)));
    }

    /** Whether all interfaces of a group carry, now; not so for a group that stands nowhere. */
    boolean up(String group) {
        return up(group, running);
    }

    private boolean up(String group, IntPredicate now) {
        Set<Integer> all = interfaces.get(group);
        return all != null && all.stream().allMatch(now::test);
    }

    /** Looks again, and tells what is not as it was. */
    void look(Hands.Arrivals arrivals) {
        // Every look walks through all addresses of the host, so one look for all groups.
        Map<Integer, Boolean> seen = new HashMap<>();
        IntPredicate once = index -> seen.computeIfAbsent(index, running::test);
        up.replaceAll(
                (group, before) -> {
                    boolean now = up(group, once);
                    if (now != before) {
                        arrivals.group(group, new Event.LinkState(now));
                    }
                    return now;
                });
    }

    /**
     * Looks again if one was down: a look that the kernel refused counts as down, and when the
     * interface carries all the time no event brings about another.
     */
    void lookIfDown(Hands.Arrivals arrivals) {
        if (up.containsValue(false)) {
            look(arrivals);
        }
    }
}
