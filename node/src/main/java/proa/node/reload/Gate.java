package proa.node.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What this node still lacks before it may take traffic of its own accord. It only ever delays a
 * voluntary move; it never takes an address away. Safe from any thread once it is complete.
 *
 * <p>A start condition that held once is not asked again.
 */
final class Gate {

    private final List<Supplier<List<String>>> conditions = new ArrayList<>();

    /** Adds a condition of the start and what to tell the operator until it holds. */
    Gate until(String lack, BooleanSupplier holds) {
        conditions.add(new Once(lack, holds));
        return this;
    }

    /** Adds something that may be lacking at any time. */
    Gate whenever(Supplier<List<String>> lacks) {
        conditions.add(lacks);
        return this;
    }

    /** What is lacking now. */
    List<String> lacking() {
        return conditions.stream().flatMap(condition -> condition.get().stream()).toList();
    }

    private static final class Once implements Supplier<List<String>> {
        private final String lack;
        private final BooleanSupplier holds;
        private volatile boolean held;

        Once(String lack, BooleanSupplier holds) {
            this.lack = lack;
            this.holds = holds;
        }

        @Override
        public List<String> get() {
            held = held || holds.getAsBoolean();
            return held ? List.of() : List.of(lack);
        }
    }
}
