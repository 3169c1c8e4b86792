package proa.chaos.remote.deed;

import proa.config.drill.Where;

import java.util.Set;

/** Who plays which part, by name. */
public interface Parts {

    /** The one balancer of that part. */
    String machine(Where where);

    /** All that play these parts. */
    Set<String> hosts(Set<Where> places);
}
