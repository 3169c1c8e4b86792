package proa.chaos.lab;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The test builds a {@link Lab}. Where none can be built it is skipped and says why; with {@code
 * PROA_REQUIRE_NETNS=true}, as under CI, it fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresNetns.Condition.class)
public @interface RequiresNetns {

    /** Decides once for all tests. */
    final class Condition implements ExecutionCondition {
        private static final java.util.Optional<String> MISSING = Lab.missing();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (MISSING.isEmpty()) {
                return ConditionEvaluationResult.enabled("namespaces can be made");
            }
            if ("true".equals(System.getenv("PROA_REQUIRE_NETNS"))) {
                throw new IllegalStateException("PROA_REQUIRE_NETNS is set, but " + MISSING.get());
            }
            return ConditionEvaluationResult.disabled(MISSING.get());
        }
    }
}
