package proa.vip.loop;

import proa.vip.forwarding.Buckets;
import proa.vip.forwarding.Filling;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the kernel's maps are to hold, and which of them do not yet. A map is told of as soon as the
 * kernel has it: others may be refused, and whoever lists connections by the tables must not take
 * the ones of before for those that are there. Used by the thread that keeps the rules.
 */
final class MapFiller {

    private final Kernel kernel;
    private final Installed installed;
    private final Map<Service, Set<String>> usable = new HashMap<>();
    private final Set<Service> dirty = new HashSet<>();

    /** Who puts a filling into the kernel. */
    interface Kernel {

        /**
         * Replaces what is in a map.
         *
         * @throws IOException when the kernel refuses
         */
        void fill(boolean six, Filling filling) throws IOException;
    }

    /** Who hears what the kernel has. */
    interface Installed {

        /**
         * A map is as wanted.
         *
         * @param servers which take new connections
         * @param news whether that is another filling than a table begins with
         */
        void told(Filling filling, Set<String> servers, boolean news);
    }

    /** Every server of these services takes connections, until {@link #want} says otherwise. */
    MapFiller(Kernel kernel, Installed installed, Collection<RuleSet> rules) {
        this.kernel = kernel;
        this.installed = installed;
        for (RuleSet each : rules) {
            each.services().forEach(service -> usable.put(service, Set.copyOf(service.names())));
        }
    }

    /** From now on these servers of a service take new connections. */
    void want(Service service, Set<String> servers) {
        usable.put(service, servers);
        dirty.add(service);
    }

    /** The table is new, and all its maps are empty. */
    void emptied(RuleSet rules) {
        dirty.addAll(rules.services());
    }

    /** The table of an earlier life holds what is wanted. */
    void found(RuleSet rules) {
        fillings(rules, usable.keySet()).forEach(each -> tell(each, false));
    }

    /**
     * Fills the maps that are not as wanted.
     *
     * @param news whether an operator is to hear of it
     * @throws IOException when the kernel refuses one, after the others; it is filled the next time
     */
    void fill(RuleSet rules, boolean news) throws IOException {
        Attempts all = new Attempts();
        for (Filling filling : fillings(rules, dirty)) {
            all.make(
                    () -> {
                        kernel.fill(rules.six(), filling);
                        dirty.remove(filling.service());
                        tell(filling, news);
                    });
        }
        all.end();
    }

    /** Whether the kernel has what is wanted of it. */
    boolean isFilled(Service service) {
        return !dirty.contains(service);
    }

    /** Every service that has a map. */
    List<Service> services() {
        return List.copyOf(usable.keySet());
    }

    private void tell(Filling filling, boolean news) {
        installed.told(filling, servers(filling.service()), news);
    }

    private Set<String> servers(Service service) {
        return usable.getOrDefault(service, Set.of());
    }

    private List<Filling> fillings(RuleSet rules, Collection<Service> wanted) {
        return rules.services().stream()
                .filter(wanted::contains)
                .map(service -> new Filling(service, Buckets.of(service, servers(service))))
                .toList();
    }
}
