package proa.node.admin;

import java.util.List;
import java.util.Map;

/**
 * One configuration for the whole cluster: applying one, what was applied, going back. Safe from
 * any thread; applying may block for most of a minute.
 */
public interface Configurations {

    /** A node without a file of its own. */
    Configurations NONE = new Configurations() {};

    /**
     * How it is to be applied.
     *
     * @param bases hashes it may be based on; empty: what is in use on this node
     * @param without nodes that need not agree
     * @param dryRun whether it is only to be checked by all
     */
    record Terms(List<String> bases, List<String> without, boolean dryRun) {
        public Terms {
            bases = List.copyOf(bases);
            without = List.copyOf(without);
        }
    }

    /**
     * Has all members take in a configuration, or none.
     *
     * @param file how the operator calls it
     * @param by who asks
     */
    default Answer apply(String file, String text, Terms terms, String by) {
        return none();
    }

    /** What was applied, newest first, without the texts. */
    default Answer history() {
        return none();
    }

    /** One version with its text. */
    default Answer version(String number) {
        return none();
    }

    /**
     * Has all members go back to an earlier version, which becomes the newest one.
     *
     * @param number empty: the one before the one in use
     */
    default Answer rollback(String number, Terms terms, String by) {
        return none();
    }

    /** Which version and hash each node in sight has. */
    default Map<String, Object> status() {
        return Map.of();
    }

    /** Which nodes in sight have another one in use than this one. */
    default List<String> differing() {
        return List.of();
    }

    /** How this node stands to the versions that others in sight have. Never blocks. */
    default Following following() {
        return Following.LEVEL;
    }

    /** How a node stands to the others' versions. */
    enum Following {
        /** Not every member in sight has said, or none is. */
        UNKNOWN,
        /** Somebody has a newer one, and this node can take it in as far as it knows. */
        BEHIND,
        /** Nobody has a newer one, or this node cannot take it in, and says so. */
        LEVEL
    }

    private static Answer none() {
        return Answer.error(Answer.NOT_FOUND, "this node was started without a file of its own");
    }
}
