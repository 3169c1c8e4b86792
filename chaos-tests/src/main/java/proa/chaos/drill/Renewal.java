package proa.chaos.drill;

import java.util.Optional;

/** Where the next drill takes place when one has left the cluster broken. Used by one thread. */
@FunctionalInterface
interface Renewal {

    /** There is no other place: the machines are not the drill's own. */
    Renewal NONE =
            new Renewal() {
                @Override
                public boolean isPossible() {
                    return false;
                }

                @Override
                public Optional<Stage> instead() {
                    return Optional.empty();
                }
            };

    /** Whether there may be another place. */
    default boolean isPossible() {
        return true;
    }

    /**
     * Closes the stage that is broken and opens another one; empty: there is none, and nothing was
     * closed.
     *
     * @throws proa.chaos.lab.LabException when it cannot be opened
     */
    Optional<Stage> instead();
}
