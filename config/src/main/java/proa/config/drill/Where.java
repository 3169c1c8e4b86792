package proa.config.drill;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Machines of a drill, by the part they play at the moment of a fault. */
public enum Where {
    /** The balancer that answers for the floating address. */
    OWNER,
    /** The first balancer that does not. */
    STANDBY,
    /** Every balancer but the owner. */
    OTHERS,
    /** Every balancer. */
    NODES,
    LB1,
    LB2,
    LB3,
    /** The clients' machine, also everybody's gateway. */
    CLIENTS,
    /** The servers' machine. */
    SERVERS;

    /** As it is written. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is one balancer, so that something can be done to it. */
    public boolean isOneBalancer() {
        return switch (this) {
            case OWNER, STANDBY, LB1, LB2, LB3 -> true;
            case OTHERS, NODES, CLIENTS, SERVERS -> false;
        };
    }

    /** All of them by what is written. */
    public static Map<String, Where> words() {
        Map<String, Where> words = new LinkedHashMap<>();
        Arrays.stream(values()).forEach(where -> words.put(where.text(), where));
        return words;
    }
}
