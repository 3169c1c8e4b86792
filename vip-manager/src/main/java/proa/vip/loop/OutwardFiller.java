package proa.vip.loop;

import proa.vip.forwarding.RuleSet;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which groups are ours, and whether the kernel gives connections of servers' own an address of
 * those. Used by the thread that keeps the rules.
 */
final class OutwardFiller {

    private final Kernel kernel;
    private final Set<String> ours = new HashSet<>();

    /** What the map of a family has, once that is known. */
    private final Map<Boolean, Map<String, InetAddress>> filled = new HashMap<>();

    /** Who puts addresses into the kernel. */
    interface Kernel {

        /**
         * Replaces what is in the map.
         *
         * @param addresses by interface
         * @throws IOException when the kernel refuses
         */
        void fill(boolean six, Map<String, InetAddress> addresses) throws IOException;
    }

    OutwardFiller(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Somebody owns a group, this node or another. */
    void owner(String group, boolean isOurs) {
        if (isOurs) {
            ours.add(group);
        } else {
            ours.remove(group);
        }
    }

    /** The table is new, or of an earlier life, which may have owned other groups. */
    void begun(RuleSet rules) {
        filled.remove(rules.six());
    }

    /**
     * Fills the map if there is one and it is not as wanted.
     *
     * @throws IOException when the kernel refuses; it is filled the next time
     */
    void fill(RuleSet rules) throws IOException {
        if (!rules.sharesExits()) {
            return;
        }
        Map<String, InetAddress> wanted = rules.outward(ours);
        if (!wanted.equals(filled.get(rules.six()))) {
            kernel.fill(rules.six(), wanted);
            filled.put(rules.six(), wanted);
        }
    }
}
