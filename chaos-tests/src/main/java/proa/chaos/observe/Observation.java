package proa.chaos.observe;

import java.util.Map;

/**
 * What was seen in a period.
 *
 * @param nowNanos when this was said, on the clock of {@link System#nanoTime}, which all processes
 *     of a Linux machine share
 * @param silences of each probed target, {@code address:port}
 * @param owners of each watched address; empty where nobody can be asked
 */
public record Observation(
        long nowNanos, Map<String, Silence> silences, Map<String, Ownership> owners) {

    public Observation {
        silences = Map.copyOf(silences);
        owners = Map.copyOf(owners);
    }
}
