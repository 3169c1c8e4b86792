package proa.vip.loop;

import proa.vip.linux.Interfaces;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the interfaces that groups stand on are still the ones of the start. Sockets, leases and
 * rules name an interface by its number or its name. When it is taken out and put in again, or
 * renamed, they are of no use, and all have to be made anew: by the next start. Used by the loop's
 * thread.
 */
final class Footing {

    private final List<Ground> grounds;
    private final Map<Integer, Ground.Place> devices = new LinkedHashMap<>();
    private final Set<Integer> lost = new LinkedHashSet<>();

    Footing(Collection<Ground> grounds) {
        this.grounds = List.copyOf(grounds);
        for (Ground ground : grounds) {
            ground.places().forEach(place -> devices.putIfAbsent(place.device().index(), place));
        }
    }

    /** Something about interfaces has changed: whoever stands on one that is gone is told once. */
    void look(Journal journal) {
        for (Ground.Place place : devices.values()) {
            Interfaces.Interface device = place.device();
            if (!Interfaces.isThere(device) && lost.add(device.index())) {
                journal.alarm(
                        "interface "
                                + device.name()
                                + " is gone: what stands on it waits until an interface has an"
                                + " address beside "
                                + place.address().getHostAddress());
            }
        }
    }

    /** Where a group stands that had lost its interface, as soon as there is a place for it. */
    Optional<String> moved() {
        for (Ground ground : grounds) {
            if (ground.interfaces().stream().anyMatch(lost::contains)) {
                Optional<String> now = standing(ground);
                if (now.isPresent()) {
                    return now;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> standing(Ground before) {
        try {
            Ground now = Ground.of(before.group());
            return Optional.of(
                    "group "
                            + before.group().name()
                            + " stands on "
                            + names(now)
                            + " now, no longer on "
                            + names(before)
                            + ": starting again");
        } catch (IOException _) {
            return Optional.empty(); // not yet
        }
    }

    private static String names(Ground ground) {
        return String.join(
                ", ",
                ground.places().stream().map(place -> place.device().name()).distinct().toList());
    }
}
