package proa.config.text;

import proa.config.ProaConfig;

import java.util.List;

/** What became of a configuration file. */
public sealed interface Outcome {

    /**
     * The file is sound.
     *
     * @param config what it says
     * @param warnings doubtful things, by line
     * @param hash SHA-256 over the canonical records, 64 hexadecimal digits: equal on every node
     *     whose file says the same
     */
    record Ok(ProaConfig config, List<Violation> warnings, String hash) implements Outcome {
        public Ok {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The file is not used.
     *
     * @param violations everything that is wrong, by line, never empty; warnings are not among them
     */
    record Refused(List<Violation> violations) implements Outcome {
        public Refused {
            violations = List.copyOf(violations);
        }
    }
}
