package proa.node.reload;

import proa.config.text.Violation;

import java.util.List;

/** What became of the wish to take in the file anew. */
public sealed interface Reload {

    /**
     * It is in use.
     *
     * @param generation its number
     * @param hash of the configuration
     * @param changes what is different, in an operator's words; empty: nothing
     * @param warnings doubtful things in the file, by line
     */
    record Done(long generation, String hash, List<String> changes, List<String> warnings)
            implements Reload {
        public Done {
            changes = List.copyOf(changes);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Nothing has changed.
     *
     * @param reasons every one there is
     */
    record Refused(List<String> reasons) implements Reload, Preparation {
        public Refused {
            reasons = List.copyOf(reasons);
        }
    }

    /** As the operator reads them. */
    static List<String> texts(List<Violation> violations) {
        return violations.stream().map(Violation::toString).toList();
    }
}
