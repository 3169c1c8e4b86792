package proa.node.admin;

import java.util.List;
import java.util.Map;

/** A running node as an operator sees it. Safe from any thread; never blocks for long. */
public interface Inspection {

    /** Everything, as values {@link Json} can write. */
    Map<String, Object> status();

    /** What has happened lately, likewise. */
    default Map<String, Object> events() {
        return Map.of("events", List.of());
    }

    /** The last hour, second by second, likewise; nothing where nobody can look at it. */
    default Map<String, Object> samples() {
        return Map.of();
    }

    /** What somebody needs who helps, without secrets, as texts: threads, metrics, versions … */
    default Map<String, Object> diagnosis() {
        return Map.of();
    }

    /** What keeps this node from serving; empty: ready. */
    List<String> lacking();

    /** Whether its event loops turn. */
    boolean live();
}
