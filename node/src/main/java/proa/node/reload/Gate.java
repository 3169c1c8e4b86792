package proa.node.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What this node still lacks before it may take traffic of its own accord. Nothing here takes an
 * address away from it. Safe from any thread.
 *
 * <p>Conditions are asked in the order they were added; one that held once is not asked again.
 */
final class Gate {

    private final List<Condition> conditions = new ArrayList<>();

    /** Adds a condition and what to tell the operator until it holds; before the gate is asked. */
    Gate until(String lack, BooleanSupplier holds) {
        conditions.add(new Condition(lack, holds));
        return this;
    }

    /** What is lacking now. */
    List<String> lacking() {
        return conditions.stream().filter(Condition::lacks).map(each -> each.lack).toList();
    }

    private static final class Condition {
        private final String lack;
        private final BooleanSupplier holds;
        private volatile boolean held;

        Condition(String lack, BooleanSupplier holds) {
            this.lack = lack;
            this.holds = holds;
        }

        boolean lacks() {
            held = held || holds.getAsBoolean();
            return !held;
        }
    }
}
